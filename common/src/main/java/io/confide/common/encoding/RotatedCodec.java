package io.confide.common.encoding;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.model.Rounding;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Reals that are rotated block by block; every block starts at a new word. */
record RotatedCodec(Segment.Rotated segment, SignedLanes lanes, long firstDataWord)
        implements PlacedSegment {
    private static final int PIECE_WORDS = 512;

    @Override
    public long end() {
        return firstDataWord + (long) rotation().blocks(segment.length()) * blockWords();
    }

    private Hadamard rotation() {
        return segment.rotation();
    }

    private int blockWords() {
        return lanes.words(rotation().block());
    }

    @Override
    public void encode(double[] values, long[] vector, RandomGenerator rounding) {
        double[] draws = new double[PIECE_WORDS * lanes.perWord()];
        eachBlock(
                values,
                (index, block) ->
                        encodeBlock(block, index * blockWords(), vector, rounding, draws));
    }

    private interface Visitor {
        void visit(int index, double[] rotated);
    }

    /** Hands over every rotated block in order; the array is used again. */
    private void eachBlock(double[] values, Visitor visitor) {
        CtrRandom signs = rotation().signs();
        double[] block = new double[rotation().block()];
        for (int index = 0; index < rotation().blocks(values.length); index++) {
            int from = index * block.length;
            int count = Math.min(block.length, values.length - from);
            for (int at = 0; at < count; at++) {
                requireFinite(values[from + at]);
                block[at] = values[from + at];
            }
            Arrays.fill(block, count, block.length, 0);
            rotation().rotate(block, signs);
            visitor.visit(index, block);
        }
        Arrays.fill(block, 0);
    }

    private void encodeBlock(
            double[] block,
            int firstWord,
            long[] vector,
            RandomGenerator rounding,
            double[] draws) {
        int word = firstWord;
        for (int from = 0; from < block.length; from += draws.length) {
            int count = Math.min(draws.length, block.length - from);
            draw(rounding, draws, count);
            int element = 0;
            while (element < count) {
                long packed = 0;
                for (int lane = 0; lane < lanes.perWord() && element < count; lane++, element++) {
                    packed += lanes.at(code(block[from + element], draws[element]), lane);
                }
                vector[position(word++)] = packed;
            }
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

    private long code(double value, double draw) {
        double range = segment.range();
        double exact = Math.clamp(value, -range, range) / segment.step();
        double below = Math.floor(exact);
        long code = (long) below + (draw < exact - below ? 1 : 0);
        return Math.clamp(code, -segment.codeMax(), segment.codeMax());
    }

    @Override
    public long clipped(double[] values) {
        long[] count = new long[1];
        eachBlock(
                values,
                (_, block) -> {
                    for (double value : block) {
                        count[0] += Math.abs(value) > segment.range() ? 1 : 0;
                    }
                });
        return count[0];
    }

    @Override
    public double[] decode(long[] sum, int included) throws IntegrityException {
        double[] values = new double[segment.length()];
        long most =
                (long)
                        Math.ceil(
                                Math.min(
                                        SignedLanes.sure(segment, included),
                                        SignedLanes.likely(segment, included)));
        CtrRandom signs = rotation().signs();
        double[] block = new double[rotation().block()];
        for (int index = 0; index < rotation().blocks(values.length); index++) {
            if (!unpack(sum, index * blockWords(), block, most)) {
                throw tooLarge(included);
            }
            rotation().rotateBack(block, signs);
            int from = index * block.length;
            System.arraycopy(block, 0, values, from, Math.min(block.length, values.length - from));
        }
        return values;
    }

    /** Returns whether every lane holds what sites could add up to. */
    private boolean unpack(long[] sum, int firstWord, double[] block, long most) {
        boolean fits = true;
        int element = 0;
        for (int word = firstWord; element < block.length; word++) {
            long lifted = lanes.lifted(sum[position(word)]);
            fits &= lanes.unused(lifted) == 0;
            for (int lane = 0; lane < lanes.perWord() && element < block.length; lane++) {
                long code = lanes.get(lifted, lane);
                fits &= Math.abs(code) <= most;
                block[element++] = segment.step() * code;
            }
        }
        return fits;
    }

    private int position(int word) {
        return Canaries.position(Math.toIntExact(firstDataWord + word));
    }
}
