package io.confide.common.encoding;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.model.Rounding;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Reals with an offset: codes 0..2^b−1 for −A..A, lanes that no sum of them fills.
 *
 * @param firstDataWord counted without canaries
 */
record RealsCodec(Segment.Reals segment, Lanes lanes, long firstDataWord) implements PlacedSegment {
    private static final int BLOCK_WORDS = 512;

    @Override
    public long end() {
        return firstDataWord + lanes.words(segment.length());
    }

    /** In short loops per block, because each of them alone compiles to better code than all in one. */
    @Override
    public void encode(double[] values, long[] vector, RandomGenerator rounding) {
        Grid grid = Grid.of(segment);
        int block = lanes.perWord() * BLOCK_WORDS;
        double[] draws = new double[block];
        long[] codes = new long[block];
        for (int from = 0; from < values.length; from += block) {
            int count = Math.min(block, values.length - from);
            if (!Grid.areFinite(values, from, count)) {
                throw notFinite();
            }
            draw(rounding, draws, count);
            grid.codes(values, from, draws, codes, count);
            Arrays.fill(codes, count, block, 0);
            int words = lanes.words(count);
            eachRun(
                    from / lanes.perWord(),
                    words,
                    (done, run, at) -> lanes.pack(codes, lanes.perWord() * done, run, vector, at));
        }
        Arrays.fill(codes, 0);
    }

    private interface Run {
        /** Words of this segment, of which {@code done} came before, that stand from {@code at} on in the vector. */
        void of(int done, int words, int at);
    }

    /** Goes through {@code words} of this segment's words in pieces without a canary. */
    private void eachRun(int firstWord, int words, Run run) {
        int first = Math.toIntExact(firstDataWord + firstWord);
        for (int done = 0; done < words; ) {
            int some = Math.min(words - done, Canaries.adjacent(first + done));
            run.of(done, some, Canaries.position(first + done));
            done += some;
        }
    }

    /** Numbers below which a value is rounded up: uniform in [0, 1) at random, or a half to the nearest. */
    private void draw(RandomGenerator rounding, double[] draws, int count) {
        if (segment.rounding() == Rounding.NEAREST) {
            Arrays.fill(draws, 0, count, 0.5);
        } else if (rounding instanceof CtrRandom stream) {
            stream.nextDoubles(draws, count);
        } else {
            for (int at = 0; at < count; at++) {
                draws[at] = rounding.nextDouble();
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
        static boolean areFinite(double[] values, int from, int count) {
            long all = 1;
            for (int at = from; at < from + count; at++) {
                all &= (long) (values[at] * 0.0 + 1.0);
            }
            return all == 1;
        }

        /**
         * The codes of {@code count} values; a draw below its fraction rounds it up. Written for C2, which turns it into
         * vector instructions: no branches, no conditional moves, no minimum of doubles, no bits of doubles.
         */
        void codes(double[] values, int from, double[] draws, long[] codes, int count) {
            for (int at = 0; at < count; at++) {
                double exact = (values[from + at] + range) / step;
                long clipped = Math.max(0, Math.min((long) exact, codeMax));
                double below = clipped;
                // 1 if the draw is below the fraction, else 0; far more or less outside the range.
                double up = Math.ceil(exact - below - draws[at]);
                codes[at] = Math.max(0, Math.min((long) (below + up), codeMax));
            }
        }

        void sums(long[] codes, int count, int included, double[] values, int to) {
            double offset = included * range;
            for (int at = 0; at < count; at++) {
                values[to + at] = step * codes[at] - offset;
            }
        }
    }

    @Override
    public long clipped(double[] values) {
        long count = 0;
        for (double value : values) {
            count += Math.abs(value) > segment.range() ? 1 : 0;
        }
        return count;
    }

    @Override
    public double[] decode(long[] sum, int included) throws IntegrityException {
        Grid grid = Grid.of(segment);
        double[] values = new double[segment.length()];
        int block = lanes.perWord() * BLOCK_WORDS;
        long[] codes = new long[block];
        long codeMax = lanes.elementMax() * included;
        for (int from = 0; from < values.length; from += block) {
            int count = Math.min(block, values.length - from);
            if (unpack(sum, from / lanes.perWord(), lanes.words(count), codes) != 0
                    || largest(codes, count) > codeMax) {
                throw tooLarge(included);
            }
            grid.sums(codes, count, included, values, from);
        }
        return values;
    }

    /** Returns the bits that no lane of these words has, all of them together. */
    private long unpack(long[] sum, int firstWord, int words, long[] codes) {
        long[] unused = new long[1];
        eachRun(
                firstWord,
                words,
                (done, run, at) -> {
                    unused[0] |= lanes.unused(sum, at, run);
                    lanes.unpack(sum, at, run, codes, lanes.perWord() * done);
                });
        return unused[0];
    }

    private static long largest(long[] codes, int count) {
        long largest = 0;
        for (int at = 0; at < count; at++) {
            largest = Math.max(largest, codes[at]);
        }
        return largest;
    }
}
