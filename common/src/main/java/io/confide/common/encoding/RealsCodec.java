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

    /** In three short loops per block, because each of them alone compiles to better code than all in one. */
    @Override
    public void encode(double[] values, long[] vector, RandomGenerator rounding) {
        Grid grid = Grid.of(segment);
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
            requireFinite(values[at]);
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
     * Codes of (u + A)/Δ.
     *
     * @param range A
     * @param step Δ
     */
    private record Grid(double range, double step, long codeMax) {
        static Grid of(Segment.Reals reals) {
            return new Grid(reals.range(), reals.step(), reals.codeMax());
        }

        /** The codes of {@code count} values; a draw below its fraction rounds it up. */
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

    /** The place of this segment's word {@code word} in the vector. */
    private int position(int word) {
        return Canaries.position(Math.toIntExact(firstDataWord + word));
    }
}
