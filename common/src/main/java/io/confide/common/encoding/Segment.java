package io.confide.common.encoding;

import io.confide.common.model.Rounding;

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
    record Reals(String name, int length, double range, int bits, Rounding rounding)
            implements Segment {
        public static final int BITS_MIN = 2;
        public static final int BITS_MAX = 48;

        public Reals {
            requireForm(name, length);
            requireGrid(name, range, bits);
        }

        /** With stochastic rounding. */
        public Reals(String name, int length, double range, int bits) {
            this(name, length, range, bits, Rounding.STOCHASTIC);
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

    /**
     * Signed reals that are rotated before they are rounded, and back after they are summed (PROTOCOL.md §4.2). Rotated
     * elements are clipped to [−range, range]; their codes are integers in −(2^(b−1)−1)..2^(b−1)−1.
     *
     * @param range A; {@link Hadamard#range} is one that clips nothing
     * @param bits b
     */
    record Rotated(
            String name, int length, double range, int bits, Rounding rounding, Hadamard rotation)
            implements Segment {
        public Rotated {
            requireForm(name, length);
            requireGrid(name, range, bits);
            if (rotation.paddedLength(length) > LENGTH_MAX) {
                throw new IllegalArgumentException(
                        "segment %s is too long to be padded".formatted(name));
            }
        }

        /** The rotation of {@code length} elements with norm up to {@code norm}, in the range that they need. */
        public static Rotated of(
                String name, int length, int bits, Rounding rounding, Hadamard rotation) {
            return new Rotated(name, length, rotation.range(length), bits, rounding, rotation);
        }

        /** Δ = A/(2^(b−1) − 1): the distance of two neighbouring codes. */
        public double step() {
            return range / codeMax();
        }

        /** 2^(b−1) − 1. */
        public long codeMax() {
            return (1L << (bits - 1)) - 1;
        }
    }

    /**
     * Signed integers, exact, in two's complement lanes (PROTOCOL.md §4.5). Noise may be inside: integers of deviation
     * {@code noise} that every site adds and nothing clips.
     *
     * @param most largest magnitude of one site's element without noise
     * @param noise σ of one site's noise; 0 without
     */
    record Integers(String name, int length, long most, double noise) implements Segment {
        /** 2^40 − 1. */
        public static final long MOST_MAX = (1L << 40) - 1;

        public static final double NOISE_MAX = 0x1p40;

        public Integers {
            requireForm(name, length);
            if (most < 0 || most > MOST_MAX || !(noise >= 0) || !(noise <= NOISE_MAX)) {
                throw new IllegalArgumentException(
                        "segment %s cannot hold integers up to %d with noise %s"
                                .formatted(name, most, noise));
            }
        }
    }

    /** No segment is longer than this many elements. */
    int LENGTH_MAX = 1 << 30;

    private static void requireGrid(String name, double range, int bits) {
        if (!(range > 0) || !Double.isFinite(range)) {
            throw new IllegalArgumentException(
                    "the range of %s must be above 0 and finite".formatted(name));
        }
        if (bits < Reals.BITS_MIN || bits > Reals.BITS_MAX) {
            throw new IllegalArgumentException(
                    "%s needs %d to %d bits, not %d"
                            .formatted(name, Reals.BITS_MIN, Reals.BITS_MAX, bits));
        }
    }

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
