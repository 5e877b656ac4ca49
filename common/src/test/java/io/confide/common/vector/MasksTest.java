package io.confide.common.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.confide.common.crypto.Seed;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasksTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 2047, 2048, 2049, 32_768, 32_769, 100_001})
    void makesTheSameWordsAsOneMaskAfterTheOther(int words) {
        long[] together = new long[words];
        long[] apart = new long[words];
        var masks = new Masks();

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

    private static Seed seed(int fill) {
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = (byte) fill;
        return Seed.copyOf(bytes);
    }
}
