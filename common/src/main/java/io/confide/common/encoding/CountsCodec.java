package io.confide.common.encoding;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Counts, one word each. */
record CountsCodec(Segment.Counts segment, Lanes lanes) implements SegmentCodec {
    private static final int BLOCK = 512;

    @Override
    public long words() {
        return segment.length();
    }

    @Override
    public Encoder encoder(Values values, RandomGenerator rounding) {
        var block = new double[BLOCK];
        return new Encoder() {
            private int taken;

            @Override
            public void next(long[] into, int at, int words) {
                for (int put = 0; put < words; ) {
                    int some = Math.min(BLOCK, words - put);
                    values.read(taken, block, some);
                    for (int each = 0; each < some; each++) {
                        into[at + put + each] = code(block[each]);
                    }
                    taken += some;
                    put += some;
                }
                Arrays.fill(block, 0);
            }
        };
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
    public long clipped(Values values) {
        return 0;
    }

    @Override
    public Decoder decoder(int included, Taker taker) {
        long countMax = lanes.elementMax() * included;
        var block = new double[BLOCK];
        return new Decoder() {
            private int given;

            @Override
            public void next(long[] sum, int at, int words) throws IntegrityException {
                for (int got = 0; got < words; ) {
                    int some = Math.min(BLOCK, words - got);
                    for (int each = 0; each < some; each++) {
                        long count = sum[at + got + each];
                        // Unsigned: a word of counts that went below zero shows as a huge number.
                        if (Long.compareUnsigned(count, countMax) > 0) {
                            throw tooLarge(included);
                        }
                        block[each] = count;
                    }
                    taker.take(given, block, some);
                    given += some;
                    got += some;
                }
            }
        };
    }
}
