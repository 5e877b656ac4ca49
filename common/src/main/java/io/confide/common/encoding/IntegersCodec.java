package io.confide.common.encoding;

import java.util.random.RandomGenerator;

/** Signed integers, exact; nothing is clipped. */
record IntegersCodec(Segment.Integers segment, SignedLanes lanes, long firstDataWord)
        implements PlacedSegment {
    @Override
    public long end() {
        return firstDataWord + lanes.words(segment.length());
    }

    @Override
    public void encode(double[] values, long[] vector, RandomGenerator rounding) {
        for (int element = 0; element < values.length; element++) {
            vector[position(element / lanes.perWord())] +=
                    lanes.at(code(values[element]), element % lanes.perWord());
        }
    }

    void encode(long[] values, long[] vector) {
        for (int element = 0; element < values.length; element++) {
            if (values[element] > lanes.sumMax() || values[element] < -lanes.sumMax()) {
                throw outside();
            }
            vector[position(element / lanes.perWord())] +=
                    lanes.at(values[element], element % lanes.perWord());
        }
    }

    /** Noise has no bound, so any integer that a lane can hold is taken. */
    private long code(double value) {
        requireFinite(value);
        long code = (long) value;
        if (code != value || code > lanes.sumMax() || code < -lanes.sumMax()) {
            throw outside();
        }
        return code;
    }

    private IllegalArgumentException outside() {
        return new IllegalArgumentException(
                "segment %s holds a value that is not an integer from -%d to %d"
                        .formatted(segment.name(), lanes.sumMax(), lanes.sumMax()));
    }

    @Override
    public long clipped(double[] values) {
        return 0;
    }

    @Override
    public double[] decode(long[] sum, int included) throws IntegrityException {
        double[] values = new double[segment.length()];
        long most =
                segment.noise() > 0 ? lanes.sumMax() : Math.multiplyExact(segment.most(), included);
        for (int element = 0; element < values.length; element++) {
            long lifted = lanes.lifted(sum[position(element / lanes.perWord())]);
            long code = lanes.get(lifted, element % lanes.perWord());
            if (lanes.unused(lifted) != 0 || Math.abs(code) > most) {
                throw tooLarge(included);
            }
            values[element] = code;
        }
        return values;
    }

    private int position(int word) {
        return Canaries.position(Math.toIntExact(firstDataWord + word));
    }
}
