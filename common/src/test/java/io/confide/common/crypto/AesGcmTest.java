package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;

class AesGcmTest {
    private static final byte[] NOTHING = new byte[0];
    private static final Seed ZERO_KEY = Seed.copyOf(new byte[32]);

    /** McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 and 14: key, nonce and plaintext zero. */
    @Test
    void givesThePublishedCiphertexts() {
        assertEquals(
                "530f8afbc74536b9a963b4f1c4cb738b", hex(AesGcm.seal(ZERO_KEY, NOTHING, NOTHING)));
        assertEquals(
                "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
                hex(AesGcm.seal(ZERO_KEY, NOTHING, new byte[16])));
    }

    @Test
    void opensOnlyWhatWasSealedWithTheSameKeyAndContext() {
        byte[] plain = {1, 2, 3, 4};
        byte[] aad = {7};
        byte[] sealed = AesGcm.seal(ZERO_KEY, aad, plain);
        assertArrayEquals(plain, AesGcm.open(ZERO_KEY, aad, sealed).orElseThrow());
        assertTrue(AesGcm.open(ZERO_KEY, new byte[] {8}, sealed).isEmpty());
        assertTrue(
                AesGcm.open(
                                Seed.copyOf(
                                        "another key, of 32 bytes exactly"
                                                .getBytes(
                                                        java.nio.charset.StandardCharsets
                                                                .US_ASCII)),
                                aad,
                                sealed)
                        .isEmpty());
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(AesGcm.open(ZERO_KEY, aad, changed).isEmpty());
        }
    }

    @Test
    void refusesCiphertextsThatAreShorterThanTheTag() {
        assertTrue(AesGcm.open(ZERO_KEY, NOTHING, new byte[15]).isEmpty());
        assertTrue(AesGcm.open(ZERO_KEY, NOTHING, NOTHING).isEmpty());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
