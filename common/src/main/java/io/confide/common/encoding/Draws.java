package io.confide.common.encoding;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.model.Rounding;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Numbers below which a value is rounded up: uniform in [0, 1) at random, or a half to the nearest. */
record Draws(Rounding rounding, RandomGenerator random) {
    /** Puts the next {@code count} of them into {@code draws}. */
    void next(double[] draws, int count) {
        if (rounding == Rounding.NEAREST) {
            Arrays.fill(draws, 0, count, 0.5);
        } else if (random instanceof CtrRandom stream) {
            stream.nextDoubles(draws, count);
        } else {
            for (int at = 0; at < count; at++) {
                draws[at] = random.nextDouble();
            }
        }
    }
}
