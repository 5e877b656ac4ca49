package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.confide.common.vector.MaskStream;

import org.junit.jupiter.api.Test;

class CtrRandomTest {
    private static final Seed SEED = Seed.copyOf(new byte[32]);

    @Test
    void drawsTheWordsOfTheKeyStreamOverSeveralBlocks() {
        long[] stream = new long[3000];
        MaskStream.add(SEED, stream, 0, stream.length);
        CtrRandom random = CtrRandom.of(SEED);
        for (long word : stream) {
            assertEquals(word, random.nextLong());
        }
    }

    @Test
    void givesTheSameDrawsOneByOneAndTogether() {
        CtrRandom single = CtrRandom.of(SEED);
        CtrRandom together = CtrRandom.of(SEED);
        for (int count : new int[] {1, 510, 3, 0, 1024, 777}) {
            double[] expected = new double[count];
            for (int at = 0; at < count; at++) {
                expected[at] = single.nextDouble();
            }
            double[] drawn = new double[count];
            together.nextDoubles(drawn, count);
            assertArrayEquals(expected, drawn);
        }
    }

    @Test
    void drawsDoublesWhoseMeanIsAHalf() {
        CtrRandom random = CtrRandom.of(SEED);
        double sum = 0;
        for (int draw = 0; draw < 100_000; draw++) {
            sum += random.nextDouble();
        }
        // Six standard deviations; the seed is fixed.
        assertEquals(0.5, sum / 100_000, 6 * Math.sqrt(1 / 12.0 / 100_000));
    }

    @Test
    void outlivesItsSeed() {
        Seed seed = Seed.copyOf(new byte[32]);
        CtrRandom random = CtrRandom.of(seed);
        seed.erase();
        assertNotEquals(0, random.nextLong());
    }
}
