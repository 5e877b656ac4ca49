package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Digest;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;

class SeedTest {
    private static final byte[] ONES = HexFormat.of().parseHex("01".repeat(32));

    @Test
    void keepsItsOwnCopyOfTheBytes() {
        byte[] given = ONES.clone();
        Seed seed = Seed.copyOf(given);
        given[0] = 9;
        seed.reveal()[1] = 9;
        assertArrayEquals(ONES, seed.reveal());
        assertEquals(Digest.of(ONES), seed.digest());
    }

    @Test
    void refusesEveryUseAfterErasure() {
        Seed seed = Seed.copyOf(ONES);
        seed.erase();
        seed.close();
        assertThrows(IllegalStateException.class, seed::reveal);
        assertThrows(IllegalStateException.class, seed::digest);
        assertThrows(IllegalStateException.class, () -> Hkdf.expand(seed, new byte[0]));
        assertThrows(
                IllegalStateException.class, () -> AesGcm.seal(seed, new byte[0], new byte[0]));
    }

    @Test
    void isEqualByItsBytesAndNeverOnceErased() {
        Seed seed = Seed.copyOf(ONES);
        Seed same = Seed.copyOf(ONES);
        assertEquals(seed, same);
        assertEquals(seed.hashCode(), Seed.copyOf(new byte[32]).hashCode());
        assertNotEquals(seed, Seed.copyOf(new byte[32]));
        same.erase();
        assertNotEquals(seed, same);
        seed.erase();
        assertNotEquals(seed, same);
        assertEquals(seed, seed);
    }

    @Test
    void printsNothingOfTheSecret() {
        assertEquals("Seed[redacted]", Seed.copyOf(ONES).toString());
    }

    @Test
    void hasExactly32Bytes() {
        assertThrows(IllegalArgumentException.class, () -> Seed.copyOf(new byte[31]));
        assertThrows(IllegalArgumentException.class, () -> Seed.copyOf(new byte[33]));
    }
}
