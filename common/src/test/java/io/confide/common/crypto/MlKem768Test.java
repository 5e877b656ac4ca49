package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;

import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.util.HexFormat;

class MlKem768Test {
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * The accumulated vector of Go's crypto/mlkem (TestAccumulated, 100 rounds) for final FIPS 203: one SHAKE-128 stream
     * feeds d‖z, m and a random ciphertext; another one takes ek, ct, the shared secret and the implicit rejection.
     */
    @Test
    void givesTheAccumulatedAnswersOfFips203() {
        var input = new SHAKEDigest(128);
        var output = new SHAKEDigest(128);
        var random = new FixedRandom(length -> squeeze(input, length));
        for (int round = 0; round < 100; round++) {
            var key = MlKem768.generate(random);
            absorb(output, key.encapsulationKey().toArray());
            var sealed = MlKem768.encapsulate(key.encapsulationKey(), random).orElseThrow();
            absorb(output, sealed.ciphertext().toArray());
            absorb(output, sealed.shared().reveal());
            assertEquals(sealed.shared(), key.decapsulate(sealed.ciphertext()).orElseThrow());
            Bytes other = Bytes.wrap(squeeze(input, MlKem768.CIPHERTEXT_BYTES));
            absorb(output, key.decapsulate(other).orElseThrow().reveal());
        }
        assertEquals(
                "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415",
                HexFormat.of().formatHex(squeeze(output, 32)));
    }

    @Test
    void carriesASecretToTheOwnerOfTheKeyOnly() {
        var key = MlKem768.generate(RANDOM);
        var other = MlKem768.generate(RANDOM);
        var sealed = MlKem768.encapsulate(key.encapsulationKey(), RANDOM).orElseThrow();
        assertEquals(MlKem768.ENCAPSULATION_KEY_BYTES, key.encapsulationKey().length());
        assertEquals(MlKem768.CIPHERTEXT_BYTES, sealed.ciphertext().length());
        assertEquals(sealed.shared(), key.decapsulate(sealed.ciphertext()).orElseThrow());
        assertNotEquals(sealed.shared(), other.decapsulate(sealed.ciphertext()).orElseThrow());
    }

    @Test
    void refusesEncapsulationKeysThatAreMalformed() {
        byte[] good = MlKem768.generate(RANDOM).encapsulationKey().toArray();
        assertTrue(MlKem768.isEncapsulationKey(Bytes.copyOf(good)));
        assertRefused(Bytes.copyOf(java.util.Arrays.copyOf(good, 1183)));
        assertRefused(Bytes.copyOf(java.util.Arrays.copyOf(good, 1185)));
        byte[] low = good.clone();
        low[0] = 0x01;
        low[1] = (byte) (low[1] & 0xf0 | 0x0d);
        assertRefused(Bytes.wrap(low));
        byte[] high = good.clone();
        high[1150] = (byte) (high[1150] & 0x0f | 0x10);
        high[1151] = (byte) 0xd0;
        assertRefused(Bytes.wrap(high));
    }

    @Test
    void refusesCiphertextsOfAnotherLengthAndUseAfterErasure() {
        var key = MlKem768.generate(RANDOM);
        assertTrue(key.decapsulate(Bytes.wrap(new byte[1087])).isEmpty());
        assertTrue(key.decapsulate(Bytes.EMPTY).isEmpty());
        key.erase();
        Bytes any = Bytes.wrap(new byte[MlKem768.CIPHERTEXT_BYTES]);
        assertThrows(IllegalStateException.class, () -> key.decapsulate(any));
    }

    private static void assertRefused(Bytes key) {
        assertFalse(MlKem768.isEncapsulationKey(key));
        assertTrue(MlKem768.encapsulate(key, RANDOM).isEmpty());
    }

    private static byte[] squeeze(SHAKEDigest shake, int length) {
        byte[] bytes = new byte[length];
        shake.doOutput(bytes, 0, length);
        return bytes;
    }

    private static void absorb(SHAKEDigest shake, byte[] bytes) {
        shake.update(bytes, 0, bytes.length);
    }
}
