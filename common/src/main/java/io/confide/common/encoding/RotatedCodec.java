package io.confide.common.encoding;

import io.confide.common.crypto.CtrRandom;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Reals that are rotated block by block; every block starts at a new word. */
record RotatedCodec(Segment.Rotated segment, SignedLanes lanes) implements SegmentCodec {
    private static final int PIECE_WORDS = 512;

    @Override
    public long words() {
        return (long) rotation().blocks(segment.length()) * blockWords();
    }

    private Hadamard rotation() {
        return segment.rotation();
    }

    private int blockWords() {
        return lanes.words(rotation().block());
    }

    @Override
    public Encoder encoder(Values values, RandomGenerator rounding) {
        return new ByBlock(
                new Rotating(values),
                new Draws(segment.rounding(), rounding),
                new long[blockWords()]);
    }

    /** The rotated blocks in order; the array is used again. */
    private final class Rotating {
        private final Values values;
        private final CtrRandom signs = rotation().signs();
        private final double[] block = new double[rotation().block()];
        private int taken;

        Rotating(Values values) {
            this.values = values;
        }

        boolean isOver() {
            return taken == values.length();
        }

        double[] next() {
            int count = Math.min(block.length, values.length() - taken);
            values.read(taken, block, count);
            for (int at = 0; at < count; at++) {
                requireFinite(block[at]);
            }
            Arrays.fill(block, count, block.length, 0);
            rotation().rotate(block, signs);
            taken += count;
            return block;
        }
    }

    private final class ByBlock implements Encoder {
        private final Rotating blocks;
        private final Draws draws;
        private final double[] drawn = new double[PIECE_WORDS * lanes.perWord()];

        /** Of the present block. */
        private final long[] packed;

        private int sent;

        ByBlock(Rotating blocks, Draws draws, long[] packed) {
            this.blocks = blocks;
            this.draws = draws;
            this.packed = packed;
            this.sent = packed.length;
        }

        @Override
        public void next(long[] into, int at, int words) {
            for (int put = 0; put < words; ) {
                if (sent == packed.length) {
                    pack(blocks.next());
                    sent = 0;
                }
                int some = Math.min(words - put, packed.length - sent);
                System.arraycopy(packed, sent, into, at + put, some);
                sent += some;
                put += some;
            }
            if (blocks.isOver() && sent == packed.length) {
                Arrays.fill(blocks.block, 0);
                Arrays.fill(packed, 0);
            }
        }

        private void pack(double[] block) {
            int word = 0;
            for (int from = 0; from < block.length; from += drawn.length) {
                int count = Math.min(drawn.length, block.length - from);
                draws.next(drawn, count);
                int element = 0;
                while (element < count) {
                    long lanesOfWord = 0;
                    for (int lane = 0;
                            lane < lanes.perWord() && element < count;
                            lane++, element++) {
                        lanesOfWord += lanes.at(code(block[from + element], drawn[element]), lane);
                    }
                    packed[word++] = lanesOfWord;
                }
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
    public long clipped(Values values) {
        long clipped = 0;
        var blocks = new Rotating(values);
        while (!blocks.isOver()) {
            for (double value : blocks.next()) {
                clipped += Math.abs(value) > segment.range() ? 1 : 0;
            }
        }
        Arrays.fill(blocks.block, 0);
        return clipped;
    }

    @Override
    public Decoder decoder(int included, Taker taker) {
        return new Unrotating(included, taker, new double[rotation().block()]);
    }

    private final class Unrotating implements Decoder {
        private final int included;
        private final Taker taker;
        private final CtrRandom signs = rotation().signs();
        private final double[] block;
        private final long most;
        private int filled;
        private int given;

        Unrotating(int included, Taker taker, double[] block) {
            this.included = included;
            this.taker = taker;
            this.block = block;
            this.most =
                    (long)
                            Math.ceil(
                                    Math.min(
                                            SignedLanes.sure(segment, included),
                                            SignedLanes.likely(segment, included)));
        }

        @Override
        public void next(long[] sum, int at, int words) throws IntegrityException {
            for (int word = 0; word < words; word++) {
                unpack(lanes.lifted(sum[at + word]));
                if (filled == block.length) {
                    rotation().rotateBack(block, signs);
                    int count = Math.min(block.length, segment.length() - given);
                    taker.take(given, block, count);
                    given += count;
                    filled = 0;
                }
            }
        }

        private void unpack(long lifted) throws IntegrityException {
            boolean fits = lanes.unused(lifted) == 0;
            for (int lane = 0; lane < lanes.perWord() && filled < block.length; lane++) {
                long code = lanes.get(lifted, lane);
                fits &= Math.abs(code) <= most;
                block[filled++] = segment.step() * code;
            }
            if (!fits) {
                throw tooLarge(included);
            }
        }
    }
}
