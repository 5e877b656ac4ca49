package io.confide.common.encoding;

/** One named part of a round's payload; the same segments, in the same order, at every site. */
public sealed interface Segment {
    /** Lower-case ASCII letters, digits, dots and hyphens or camel case; unique in a codec. */
    String name();

    /** The number of elements. */
    int length();

    /**
     * Signed reals, clipped to [−range, range] and rounded to {@code bits} bits each.
     *
     * @param range A of PROTOCOL.md §4, above 0
     * @param bits b: an element becomes an integer in 0..2^b−1
     */
    record Reals(String name, int length, double range, int bits) implements Segment {
        public static final int BITS_MIN = 2;
        public static final int BITS_MAX = 48;

        public Reals {
            requireForm(name, length);
            if (!(range > 0) || !Double.isFinite(range)) {
                throw new IllegalArgumentException(
                        "the range of %s must be above 0 and finite".formatted(name));
            }
            if (bits < BITS_MIN || bits > BITS_MAX) {
                throw new IllegalArgumentException(
                        "%s needs %d to %d bits, not %d".formatted(name, BITS_MIN, BITS_MAX, bits));
            }
        }

        /** Δ = 2A/(2^b − 1): the distance of two neighbouring codes. */
        public double step() {
            return 2 * range / codeMax();
        }

        /** 2^b − 1. */
        public long codeMax() {
            return (1L << bits) - 1;
        }
    }

    /** Non-negative integers up to {@link #COUNT_MAX}, exact, one word each. */
    record Counts(String name, int length) implements Segment {
        /** 2^40 − 1. */
        public static final long COUNT_MAX = (1L << 40) - 1;

        public Counts {
            requireForm(name, length);
        }
    }

    /** No segment is longer than this many elements. */
    int LENGTH_MAX = 1 << 30;

    private static void requireForm(String name, int length) {
        if (!name.matches("[A-Za-z0-9.-]{1,64}")) {
            throw new IllegalArgumentException(
                    "a segment name has 1 to 64 letters, digits, dots and hyphens");
        }
        if (length < 1 || length > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "segment %s cannot have %d elements".formatted(name, length));
        }
    }
}
