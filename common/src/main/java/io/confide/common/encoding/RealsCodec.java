package io.confide.common.encoding;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Reals with an offset: codes 0..2^b−1 for −A..A, lanes that no sum of them fills. */
record RealsCodec(Segment.Reals segment, Lanes lanes) implements SegmentCodec {
    private static final int BLOCK_WORDS = 512;

    @Override
    public long words() {
        return lanes.words(segment.length());
    }

    @Override
    public Encoder encoder(Values values, RandomGenerator rounding) {
        return new InBlocks(values, new Draws(segment.rounding(), rounding));
    }

    /** In short loops per block, because each of them alone compiles to better code than all in one. */
    private final class InBlocks implements Encoder {
        private final Values values;
        private final Draws draws;
        private final Grid grid = Grid.of(segment);
        private final double[] reals = new double[lanes.perWord() * BLOCK_WORDS];
        private final double[] drawn = new double[reals.length];
        private final long[] codes = new long[reals.length];
        private int taken;

        InBlocks(Values values, Draws draws) {
            this.values = values;
            this.draws = draws;
        }

        @Override
        public void next(long[] into, int at, int words) {
            for (int put = 0; put < words; ) {
                int some = Math.min(BLOCK_WORDS, words - put);
                int count = Math.min(lanes.perWord() * some, values.length() - taken);
                values.read(taken, reals, count);
                if (!Grid.areFinite(reals, count)) {
                    throw notFinite();
                }
                draws.next(drawn, count);
                grid.codes(reals, drawn, codes, count);
                Arrays.fill(codes, count, lanes.perWord() * some, 0);
                lanes.pack(codes, 0, some, into, at + put);
                taken += count;
                put += some;
            }
            if (taken == values.length()) {
                Arrays.fill(reals, 0);
                Arrays.fill(codes, 0);
            }
        }
    }

    /**
     * Codes of (u + A)/Δ.
     *
     * @param range A
     * @param step Δ
     */
    private record Grid(double range, double step, long codeMax) {
        static Grid of(Segment.Reals reals) {
            return new Grid(reals.range(), reals.step(), reals.codeMax());
        }

        /** Whether none of {@code count} values is infinite or NaN: those times 0 are NaN, and that is 0 as a long. */
        static boolean areFinite(double[] values, int count) {
            long all = 1;
            for (int at = 0; at < count; at++) {
                all &= (long) (values[at] * 0.0 + 1.0);
            }
            return all == 1;
        }

        /**
         * The codes of {@code count} values; a draw below its fraction rounds it up. Written for C2, which turns it into
         * vector instructions: no branches, no conditional moves, no minimum of doubles, no bits of doubles.
         */
        void codes(double[] values, double[] draws, long[] codes, int count) {
            for (int at = 0; at < count; at++) {
                double exact = (values[at] + range) / step;
                long clipped = Math.max(0, Math.min((long) exact, codeMax));
                double below = clipped;
                // 1 if the draw is below the fraction, else 0; far more or less outside the range.
                double up = Math.ceil(exact - below - draws[at]);
                codes[at] = Math.max(0, Math.min((long) (below + up), codeMax));
            }
        }

        void sums(long[] codes, int count, int included, double[] values) {
            double offset = included * range;
            for (int at = 0; at < count; at++) {
                values[at] = step * codes[at] - offset;
            }
        }
    }

    @Override
    public long clipped(Values values) {
        double[] block = new double[lanes.perWord() * BLOCK_WORDS];
        long clipped = 0;
        for (int from = 0; from < values.length(); from += block.length) {
            int count = Math.min(block.length, values.length() - from);
            values.read(from, block, count);
            for (int at = 0; at < count; at++) {
                clipped += Math.abs(block[at]) > segment.range() ? 1 : 0;
            }
        }
        Arrays.fill(block, 0);
        return clipped;
    }

    @Override
    public Decoder decoder(int included, Taker taker) {
        return new OutOfBlocks(included, taker);
    }

    private final class OutOfBlocks implements Decoder {
        private final int included;
        private final Taker taker;
        private final Grid grid = Grid.of(segment);
        private final long[] codes = new long[lanes.perWord() * BLOCK_WORDS];
        private final double[] values = new double[codes.length];
        private int given;

        OutOfBlocks(int included, Taker taker) {
            this.included = included;
            this.taker = taker;
        }

        @Override
        public void next(long[] sum, int at, int words) throws IntegrityException {
            long codeMax = lanes.elementMax() * included;
            for (int got = 0; got < words; ) {
                int some = Math.min(BLOCK_WORDS, words - got);
                int count = Math.min(lanes.perWord() * some, segment.length() - given);
                lanes.unpack(sum, at + got, some, codes, 0);
                if (lanes.unused(sum, at + got, some) != 0 || largest(codes, count) > codeMax) {
                    throw tooLarge(included);
                }
                grid.sums(codes, count, included, values);
                taker.take(given, values, count);
                given += count;
                got += some;
            }
        }
    }

    private static long largest(long[] codes, int count) {
        long largest = 0;
        for (int at = 0; at < count; at++) {
            largest = Math.max(largest, codes[at]);
        }
        return largest;
    }
}
