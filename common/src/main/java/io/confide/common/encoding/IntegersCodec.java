package io.confide.common.encoding;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Signed integers, exact; nothing is clipped. */
record IntegersCodec(Segment.Integers segment, SignedLanes lanes) implements SegmentCodec {
    private static final int BLOCK_WORDS = 512;

    @Override
    public long words() {
        return lanes.words(segment.length());
    }

    @Override
    public Encoder encoder(Values values, RandomGenerator rounding) {
        var block = new double[lanes.perWord() * BLOCK_WORDS];
        return new Packing() {
            @Override
            void read(int from, long[] codes, int count) {
                values.read(from, block, count);
                for (int at = 0; at < count; at++) {
                    codes[at] = code(block[at]);
                }
                Arrays.fill(block, 0);
            }
        };
    }

    /** The same of {@code integers}; no floating point is involved. */
    Encoder encoder(long[] integers) {
        return new Packing() {
            @Override
            void read(int from, long[] codes, int count) {
                for (int at = 0; at < count; at++) {
                    long code = integers[from + at];
                    if (code > lanes.sumMax() || code < -lanes.sumMax()) {
                        throw outside();
                    }
                    codes[at] = code;
                }
            }
        };
    }

    private abstract class Packing implements Encoder {
        private final long[] codes = new long[lanes.perWord() * BLOCK_WORDS];
        private int taken;

        /** Puts the codes of elements {@code from} and on into {@code codes}. */
        abstract void read(int from, long[] codes, int count);

        @Override
        public void next(long[] into, int at, int words) {
            for (int put = 0; put < words; ) {
                int some = Math.min(BLOCK_WORDS, words - put);
                int count = Math.min(lanes.perWord() * some, segment.length() - taken);
                read(taken, codes, count);
                Arrays.fill(codes, count, lanes.perWord() * some, 0);
                for (int word = 0; word < some; word++) {
                    long packed = 0;
                    for (int lane = 0; lane < lanes.perWord(); lane++) {
                        packed += lanes.at(codes[word * lanes.perWord() + lane], lane);
                    }
                    into[at + put + word] = packed;
                }
                taken += count;
                put += some;
            }
            Arrays.fill(codes, 0);
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
    public long clipped(Values values) {
        return 0;
    }

    @Override
    public Decoder decoder(int included, Taker taker) {
        long most =
                segment.noise() > 0 ? lanes.sumMax() : Math.multiplyExact(segment.most(), included);
        var values = new double[lanes.perWord()];
        return new Decoder() {
            private int given;

            @Override
            public void next(long[] sum, int at, int words) throws IntegrityException {
                for (int word = 0; word < words; word++) {
                    long lifted = lanes.lifted(sum[at + word]);
                    int count = Math.min(values.length, segment.length() - given);
                    for (int lane = 0; lane < count; lane++) {
                        long code = lanes.get(lifted, lane);
                        if (lanes.unused(lifted) != 0 || Math.abs(code) > most) {
                            throw tooLarge(included);
                        }
                        values[lane] = code;
                    }
                    taker.take(given, values, count);
                    given += count;
                }
            }
        };
    }
}
