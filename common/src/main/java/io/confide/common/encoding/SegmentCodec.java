package io.confide.common.encoding;

import io.confide.common.crypto.CtrRandom;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * One segment at its place in the vector.
 *
 * @param firstDataWord counted without canaries
 */
record SegmentCodec(Segment segment, Lanes lanes, long firstDataWord) {
    private static final int BLOCK_WORDS = 512;

    /** The data word after the last one of this segment. */
    long end() {
        return firstDataWord + lanes.words(segment.length());
    }

    void encode(double[] values, long[] vector, RandomGenerator rounding) {
        switch (segment) {
            case Segment.Reals reals -> encodeReals(Rounding.of(reals), values, vector, rounding);
            case Segment.Counts _ -> {
                for (int element = 0; element < values.length; element++) {
                    vector[position(element)] = countCode(values[element]);
                }
            }
        }
    }

    /** In three short loops per block, because each of them alone compiles to better code than all in one. */
    private void encodeReals(
            Rounding grid, double[] values, long[] vector, RandomGenerator rounding) {
        int block = lanes.perWord() * BLOCK_WORDS;
        double[] draws = new double[Math.min(block, values.length)];
        long[] codes = new long[draws.length];
        for (int from = 0; from < values.length; from += block) {
            int count = Math.min(block, values.length - from);
            requireFinite(values, from, count);
            draw(rounding, draws, count);
            grid.codes(values, from, draws, codes, count);
            pack(codes, count, vector, from / lanes.perWord());
        }
        Arrays.fill(codes, 0);
    }

    private void requireFinite(double[] values, int from, int count) {
        for (int at = from; at < from + count; at++) {
            if (!Double.isFinite(values[at])) {
                throw notFinite();
            }
        }
    }

    private static void draw(RandomGenerator rounding, double[] draws, int count) {
        if (rounding instanceof CtrRandom stream) {
            stream.nextDoubles(draws, count);
        } else {
            for (int at = 0; at < count; at++) {
                draws[at] = rounding.nextDouble();
            }
        }
    }

    private void pack(long[] codes, int count, long[] vector, int firstWord) {
        int element = 0;
        for (int at = firstWord; element < count; at++) {
            int end = Math.min(count, element + lanes.perWord());
            long word = 0;
            for (int lane = 0; element < end; lane++, element++) {
                word |= lanes.at(codes[element], lane);
            }
            vector[position(at)] = word;
        }
    }

    /**
     * Stochastic rounding of (u + A)/Δ: unbiased, so that errors of many sites and rounds average out.
     *
     * @param range A
     * @param step Δ
     */
    private record Rounding(double range, double step, long codeMax) {
        static Rounding of(Segment.Reals reals) {
            return new Rounding(reals.range(), reals.step(), reals.codeMax());
        }

        /** The codes of {@code count} values; the draws are uniform in [0, 1). */
        void codes(double[] values, int from, double[] draws, long[] codes, int count) {
            for (int at = 0; at < count; at++) {
                double value = values[from + at];
                double inside = value < -range ? -range : value > range ? range : value;
                double exact = (inside + range) / step;
                long below = (long) exact;
                // 1 if the draw is below the fraction, from the sign: a branch would be
                // mispredicted
                // every other time.
                long up =
                        Double.doubleToRawLongBits(draws[at] - (exact - below)) >>> (Long.SIZE - 1);
                codes[at] = Math.min(below + up, codeMax);
            }
        }

        double sum(long code, int included) {
            return step * code - included * range;
        }
    }

    private IllegalArgumentException notFinite() {
        return new IllegalArgumentException(
                "segment %s holds a value that is not finite".formatted(segment.name()));
    }

    private long countCode(double value) {
        if (!Double.isFinite(value)) {
            throw notFinite();
        }
        long count = (long) value;
        if (count < 0 || count > Segment.Counts.COUNT_MAX || count != value) {
            throw new IllegalArgumentException(
                    "segment %s holds a count that is not an integer from 0 to 2^40-1"
                            .formatted(segment.name()));
        }
        return count;
    }

    long clipped(double[] values) {
        return switch (segment) {
            case Segment.Reals reals -> {
                long count = 0;
                for (double value : values) {
                    count += Math.abs(value) > reals.range() ? 1 : 0;
                }
                yield count;
            }
            case Segment.Counts _ -> 0;
        };
    }

    double[] decode(long[] sum, int included) throws IntegrityException {
        return switch (segment) {
            case Segment.Reals reals -> decodeReals(Rounding.of(reals), sum, included);
            case Segment.Counts _ -> decodeCounts(sum, included);
        };
    }

    private double[] decodeReals(Rounding grid, long[] sum, int included)
            throws IntegrityException {
        double[] values = new double[segment.length()];
        long codeMax = lanes.elementMax() * included;
        int element = 0;
        for (int at = 0; element < values.length; at++) {
            long word = sum[position(at)];
            int end = Math.min(values.length, element + lanes.perWord());
            boolean fits = lanes.unused(word) == 0;
            for (int lane = 0; element < end; lane++, element++) {
                long code = lanes.get(word, lane);
                fits &= code <= codeMax;
                values[element] = grid.sum(code, included);
            }
            if (!fits) {
                throw tooLarge(included);
            }
        }
        return values;
    }

    private double[] decodeCounts(long[] sum, int included) throws IntegrityException {
        double[] values = new double[segment.length()];
        long countMax = lanes.elementMax() * included;
        for (int element = 0; element < values.length; element++) {
            long count = sum[position(element)];
            // Unsigned: a word of counts that went below zero shows as a huge number.
            if (Long.compareUnsigned(count, countMax) > 0) {
                throw tooLarge(included);
            }
            values[element] = count;
        }
        return values;
    }

    private IntegrityException tooLarge(int included) {
        return new IntegrityException(
                "segment %s holds more than %d sites can add up to"
                        .formatted(segment.name(), included));
    }

    /** The place of this segment's word {@code word} in the vector. */
    private int position(int word) {
        return Canaries.position(Math.toIntExact(firstDataWord + word));
    }
}
