package io.confide.common.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.confide.common.crypto.Seed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

import javax.crypto.Cipher;

class MasksTest {
    private static final MaskCipher CIPHER = new MaskCipher();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 2047, 2048, 2049, 32_768, 32_769, 100_001})
    void makesTheSameWordsAsOneMaskAfterTheOther(int words) {
        long[] together = new long[words];
        long[] apart = new long[words];
        var masks = new Masks(CIPHER);

        for (int seed = 0; seed < 5; seed++) {
            Seed each = seed(seed);
            if (seed % 2 == 0) {
                MaskStream.add(each, apart, 0, words);
                masks.add(each);
            } else {
                MaskStream.subtract(each, apart, 0, words);
                masks.subtract(each);
            }
            each.erase();
        }
        masks.applyTo(together);

        assertArrayEquals(apart, together);
    }

    /** What the cipher would make next is what no seed makes: key and begun block are another one's. */
    @Test
    void noSeedStaysInTheCipher() throws Exception {
        var cipher = new MaskCipher();
        var masks = new Masks(cipher);
        masks.add(seed(7));
        masks.applyTo(new long[3]);

        var field = MaskCipher.class.getDeclaredField("stream");
        field.setAccessible(true);
        byte[] next = ((Cipher) field.get(cipher)).update(new byte[Words.BYTES - 1]);
        long[] none = new long[1];
        MaskStream.add(Seed.copyOf(new byte[Seed.BYTES]), none, 0, 1);
        assertArrayEquals(Arrays.copyOfRange(Words.toBytes(none), 1, Words.BYTES), next);
    }

    /** Pieces of any length, also such that a block of the cipher belongs to two of them. */
    @Test
    void aVectorMayComePieceByPiece() {
        long[] whole = new long[50_000];
        long[] pieces = new long[50_000];
        three().applyTo(whole);
        try (var running = three().begin()) {
            int from = 0;
            for (int length = 1; from < pieces.length; length = 2 * length + 1) {
                int to = Math.min(pieces.length, from + length);
                running.next(pieces, from, to);
                from = to;
            }
        }
        assertArrayEquals(whole, pieces);
    }

    private static Masks three() {
        var masks = new Masks(CIPHER);
        masks.add(seed(1));
        masks.add(seed(2));
        masks.subtract(seed(3));
        return masks;
    }

    private static Seed seed(int fill) {
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = (byte) fill;
        return Seed.copyOf(bytes);
    }
}
