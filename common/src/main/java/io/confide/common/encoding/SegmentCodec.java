package io.confide.common.encoding;

import java.util.random.RandomGenerator;

/**
 * One segment at its place in the vector.
 *
 * @param firstDataWord counted without canaries
 */
record SegmentCodec(Segment segment, Lanes lanes, long firstDataWord) {
    /** The data word after the last one of this segment. */
    long end() {
        return firstDataWord + lanes.words(segment.length());
    }

    void encode(double[] values, long[] vector, RandomGenerator rounding) {
        for (int element = 0; element < values.length; element++) {
            long code = code(values[element], rounding);
            vector[position(element)] += lanes.at(code, element % lanes.perWord());
        }
    }

    private long code(double value, RandomGenerator rounding) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "segment %s holds a value that is not finite".formatted(segment.name()));
        }
        return switch (segment) {
            case Segment.Reals reals -> realCode(reals, value, rounding);
            case Segment.Counts _ -> countCode(value);
        };
    }

    /** Stochastic rounding of (u + A)/Δ: unbiased, so that errors of many sites and rounds average out. */
    private static long realCode(Segment.Reals reals, double value, RandomGenerator rounding) {
        double inside = Math.clamp(value, -reals.range(), reals.range());
        double exact = (inside + reals.range()) / reals.step();
        long below = (long) exact;
        long code = rounding.nextDouble() < exact - below ? below + 1 : below;
        return Math.clamp(code, 0, reals.codeMax());
    }

    private long countCode(double value) {
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
        double[] values = new double[segment.length()];
        long codeMax = lanes.elementMax() * included;
        for (int element = 0; element < values.length; element++) {
            long word = sum[position(element)];
            long code = lanes.get(word, element % lanes.perWord());
            // Unsigned: a word of counts that went below zero shows as a huge number.
            if (Long.compareUnsigned(code, codeMax) > 0 || lanes.unused(word) != 0) {
                throw new IntegrityException(
                        "segment %s holds more than %d sites can add up to"
                                .formatted(segment.name(), included));
            }
            values[element] = value(code, included);
        }
        return values;
    }

    private double value(long code, int included) {
        return switch (segment) {
            case Segment.Reals reals -> reals.step() * code - included * reals.range();
            case Segment.Counts _ -> code;
        };
    }

    private int position(int element) {
        return Canaries.position(Math.toIntExact(firstDataWord + element / lanes.perWord()));
    }
}
