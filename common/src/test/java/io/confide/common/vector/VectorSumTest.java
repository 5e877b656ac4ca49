package io.confide.common.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.secagg.VectorHash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

class VectorSumTest {
    /** Outside the heap the same words come out as in an array, from vectors in memory and from others, masks included. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 8193, 32_768, 32_769, 100_001, 131_073})
    void outsideTheHeapTheSumIsTheSame(int words) {
        long[] expected = new long[words];
        var array = VectorSum.of(new long[words]);
        try (var outside = VectorSum.outside(words)) {
            for (int input = 0; input < 3; input++) {
                var bytes = Bytes.wrap(Words.toBytes(vector(words, input)));
                Words.addInto(expected, bytes.unsafeArray());
                var stored = input == 1 ? StoredVector.of(bytes) : new Elsewhere(bytes);
                assertEquals(VectorHash.ofBytes(bytes.unsafeArray()), VectorHash.of(stored));
                array.add(stored);
                outside.add(stored);
            }
            masks().applyTo(expected);
            array.put(masks());
            outside.put(masks());
            assertArrayEquals(expected, array.toArray());
            assertArrayEquals(expected, outside.toArray());
            long[] last = new long[1];
            outside.read(words - 1, last, 1);
            assertEquals(expected[words - 1], last[0]);
        }
    }

    @Test
    void refusesAVectorOfAnotherLength() {
        var sum = VectorSum.zeros(10);
        assertThrows(
                IllegalArgumentException.class,
                () -> sum.add(StoredVector.of(Bytes.wrap(new byte[88]))));
    }

    @Test
    void aShortSumIsAnArrayAndWhatIsClosedIsGone() {
        long[] words = {1, 2};
        var array = VectorSum.of(words);
        array.close();
        assertSame(words, array.toArray());
        assertTrue(VectorSum.zeros(10).array().isPresent());
        var outside = VectorSum.zeros(VectorSum.ARRAY_WORDS_MAX + 1);
        assertTrue(outside.array().isEmpty());
        outside.close();
        assertThrows(IllegalStateException.class, () -> outside.read(0, new long[1], 1));
    }

    private static Masks masks() {
        var masks = new Masks(new MaskCipher());
        for (int fill = 0; fill < 3; fill++) {
            byte[] bytes = new byte[Seed.BYTES];
            bytes[0] = (byte) fill;
            try (Seed seed = Seed.copyOf(bytes)) {
                if (fill == 1) {
                    masks.subtract(seed);
                } else {
                    masks.add(seed);
                }
            }
        }
        return masks;
    }

    private static long[] vector(int words, long seed) {
        return new SplittableRandom(seed).longs(words).toArray();
    }

    /** Bytes that are read piece by piece, as from a file. */
    private record Elsewhere(Bytes bytes) implements StoredVector {
        @Override
        public long length() {
            return bytes.length();
        }

        @Override
        public void read(long from, byte[] into, int count) {
            System.arraycopy(bytes.unsafeArray(), (int) from, into, 0, count);
        }
    }
}
