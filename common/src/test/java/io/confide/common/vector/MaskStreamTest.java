package io.confide.common.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.crypto.Seed;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;

class MaskStreamTest {
    private static final HexFormat HEX = HexFormat.of();

    /** NIST SP 800-38A, F.5.5, CTR-AES256.Encrypt. */
    @Test
    void encryptsTheBlocksOfSp800Part38a() throws GeneralSecurityException {
        Seed key = seed("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        byte[] counter = HEX.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        byte[] plain =
                HEX.parseHex(
                        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
        assertEquals(
                "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
                        + "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
                HEX.formatHex(MaskStream.cipher(key, counter).update(plain)));
    }

    /** NIST AESAVS, the AES-256 known answers of the zero block: key zero, and VarKey 1. */
    @Test
    void startsWithTheZeroBlockUnderTheSeed() {
        assertEquals("dc95c078a2408989ad48a21492842087", first(seed("00".repeat(32)), 0, 2));
        assertEquals("e35a6dcb19b201a01ebcfa8aa22b5759", first(seed("80" + "00".repeat(31)), 0, 2));
    }

    @Test
    void addsTheSameWordsWhateverThePiecesAre() {
        Seed seed = seed("17".repeat(32));
        long[] whole = new long[10_001];
        MaskStream.add(seed, whole, 0, whole.length);
        long[] pieces = new long[whole.length];
        int[] cuts = {0, 1, 2, 3, 7, 2047, 2048, 2049, 4099, 9999, 10_001};
        for (int piece = cuts.length - 1; piece > 0; piece--) {
            MaskStream.add(seed, pieces, cuts[piece - 1], cuts[piece]);
        }
        assertArrayEquals(whole, pieces);
    }

    @Test
    void reachesWordsFarIntoTheStream() {
        long[] vector = new long[200_000];
        Seed seed = seed("2a".repeat(32));
        MaskStream.add(seed, vector, 0, vector.length);
        long[] tail = new long[200_000];
        MaskStream.add(seed, tail, 199_997, 200_000);
        assertArrayEquals(
                Arrays.copyOfRange(vector, 199_997, 200_000),
                Arrays.copyOfRange(tail, 199_997, 200_000));
        assertEquals(0, tail[199_996]);
    }

    @Property(tries = 200)
    void subtractingTakesExactlyTheAddedMaskOff(
            @ForAll("seeds") Seed seed,
            @ForAll @IntRange(min = 0, max = 5000) int length,
            @ForAll @IntRange(min = 0, max = 5000) int start) {
        long[] vector = new long[length];
        Arrays.setAll(vector, word -> word * 0x9e3779b97f4a7c15L);
        long[] masked = vector.clone();
        int from = Math.min(start, length);
        MaskStream.add(seed, masked, from, length);
        MaskStream.subtract(seed, masked, from, length);
        assertArrayEquals(vector, masked);
    }

    @Property(tries = 50)
    void masksOfAPairCancelInTheSum(@ForAll("seeds") Seed pair, @ForAll("seeds") Seed other) {
        long[] low = new long[100];
        long[] high = new long[100];
        Arrays.setAll(low, word -> word);
        MaskStream.add(pair, low, 0, 100);
        MaskStream.add(other, low, 0, 100);
        MaskStream.subtract(pair, high, 0, 100);
        Words.addInto(low, high);
        MaskStream.subtract(other, low, 0, 100);
        long[] expected = new long[100];
        Arrays.setAll(expected, word -> word);
        assertArrayEquals(expected, low);
    }

    @Test
    void refusesRangesOutsideTheVectorAndErasedSeeds() {
        Seed seed = seed("00".repeat(32));
        long[] vector = new long[4];
        assertThrows(IndexOutOfBoundsException.class, () -> MaskStream.add(seed, vector, 0, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> MaskStream.add(seed, vector, 3, 2));
        seed.erase();
        assertThrows(IllegalStateException.class, () -> MaskStream.add(seed, vector, 0, 4));
    }

    @Provide
    Arbitrary<Seed> seeds() {
        return Arbitraries.bytes().array(byte[].class).ofSize(32).map(Seed::copyOf);
    }

    private static String first(Seed seed, int from, int to) {
        long[] words = new long[to];
        MaskStream.add(seed, words, from, to);
        return HEX.formatHex(Words.toBytes(words));
    }

    private static Seed seed(String hex) {
        return Seed.copyOf(HEX.parseHex(hex));
    }
}
