package io.confide.common.encoding;

import java.util.random.RandomGenerator;

/** Counts, one word each. */
record CountsCodec(Segment.Counts segment, Lanes lanes, long firstDataWord)
        implements PlacedSegment {
    @Override
    public long end() {
        return firstDataWord + segment.length();
    }

    @Override
    public void encode(double[] values, long[] vector, RandomGenerator rounding) {
        for (int element = 0; element < values.length; element++) {
            vector[position(element)] = code(values[element]);
        }
    }

    private long code(double value) {
        requireFinite(value);
        long count = (long) value;
        if (count < 0 || count > Segment.Counts.COUNT_MAX || count != value) {
            throw new IllegalArgumentException(
                    "segment %s holds a count that is not an integer from 0 to 2^40-1"
                            .formatted(segment.name()));
        }
        return count;
    }

    @Override
    public long clipped(double[] values) {
        return 0;
    }

    @Override
    public double[] decode(long[] sum, int included) throws IntegrityException {
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

    private int position(int word) {
        return Canaries.position(Math.toIntExact(firstDataWord + word));
    }
}
