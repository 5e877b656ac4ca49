package io.confide.common.privacy;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

/** Refusals of arguments that mean nothing, as sentences for the person who wrote them. */
final class Require {
    /** The largest number of steps: beyond it a long sum of steps could overflow. */
    static final long STEPS_MAX = 1_000_000_000_000_000L;

    /** Below it nothing physical is described, and the tails of the accountants would leave the range of a double. */
    static final double DELTA_MIN = 1e-100;

    private Require() {}

    static void that(boolean holds, String sentence) {
        if (!holds) {
            throw new ConfideException(ErrorCode.BAD_ARGUMENT, sentence + ".");
        }
    }

    /** Refuses what is not in [low, high]; NaN is in no range. */
    static void range(double value, double low, double high, String name) {
        that(
                value >= low && value <= high,
                name + " must be " + plain(low) + " to " + plain(high) + ", not " + plain(value));
    }

    static void delta(double delta) {
        that(
                delta >= DELTA_MIN && delta < 1,
                "δ must be at least 1e-100 and below 1, not " + plain(delta));
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e7
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
