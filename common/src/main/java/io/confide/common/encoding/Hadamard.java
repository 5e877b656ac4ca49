package io.confide.common.encoding;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Digest;

/**
 * A public random rotation (PROTOCOL.md §4.2): elements padded with zeros to whole blocks of B, multiplied by random
 * signs, then by the Walsh-Hadamard matrix over √B, block by block. Lengths stay; large elements are spread over their
 * block. The signs are not secret: anybody can rotate back.
 *
 * @param norm c: largest Euclidean norm of the elements of one site
 * @param block B, a power of two
 * @param seed of the signs: per block ⌈B/64⌉ words of its AES-256-CTR stream, element i has bit i mod 64 of word ⌊i/64⌋,
 *     1 is minus
 */
public record Hadamard(double norm, int block, Digest seed) {
    public static final int BLOCK_MAX = 1 << 20;
    private static final int BLOCK_MIN = 1 << 10;
    private static final int PADDING_SHARE = 16;
    private static final double FAILURE = 0x1p-40;

    public Hadamard {
        if (!(norm > 0) || !Double.isFinite(norm)) {
            throw new IllegalArgumentException("the norm of a rotation must be above 0 and finite");
        }
        if (block < 1 || block > BLOCK_MAX || Integer.bitCount(block) != 1) {
            throw new IllegalArgumentException(
                    "blocks have a power of two of elements up to 2^20, not %d".formatted(block));
        }
    }

    /**
     * The rotation of {@code length} elements in the blocks that serve them best: one block up to 2^10 elements; above it the
     * largest power of two from 2^10 to 2^20 that pads them by at most a sixteenth, or else 2^10.
     */
    public static Hadamard of(int length, double norm, Digest seed) {
        return new Hadamard(norm, blockFor(length), seed);
    }

    private static int blockFor(int length) {
        int whole = length <= 1 ? 1 : Integer.highestOneBit(length - 1) << 1;
        if (whole <= BLOCK_MIN) {
            return whole;
        }
        int block = BLOCK_MAX;
        while (block > BLOCK_MIN && padded(length, block) - length > length / PADDING_SHARE) {
            block /= 2;
        }
        return block;
    }

    /** ⌈length/B⌉. */
    int blocks(int length) {
        return Math.ceilDiv(length, block);
    }

    /** Elements after padding. */
    long paddedLength(int length) {
        return padded(length, block);
    }

    private static long padded(int length, int block) {
        return (long) Math.ceilDiv(length, block) * block;
    }

    /** A = g·c/√B, at most c: no rotated element of one site lies beyond it but with probability 2^−40. */
    double range(int length) {
        return bound(length, norm);
    }

    /**
     * g·norm/√B with g = √(2·ln(2d·2^40)), at most {@code norm}: with random signs no element of a rotated vector of this
     * norm is larger but with probability 2^−40 (Hoeffding's inequality over all d padded elements).
     */
    double bound(int length, double vectorNorm) {
        double g = Math.sqrt(2 * Math.log(2.0 * paddedLength(length) / FAILURE));
        return vectorNorm * Math.min(1, g / Math.sqrt(block));
    }

    /** The signs of one segment, block after block. */
    CtrRandom signs() {
        byte[] key = seed.value().toArray();
        try (Seed stream = Seed.copyOf(key)) {
            return CtrRandom.of(stream);
        }
    }

    /** Rotates one block in place; {@code signs} stands at the block. */
    void rotate(double[] values, CtrRandom signs) {
        flip(values, signs);
        WalshHadamard.transform(values);
        scale(values);
    }

    /** Takes {@link #rotate} back. */
    void rotateBack(double[] values, CtrRandom signs) {
        WalshHadamard.transform(values);
        scale(values);
        flip(values, signs);
    }

    private static void flip(double[] values, CtrRandom signs) {
        for (int from = 0; from < values.length; from += Long.SIZE) {
            long word = signs.nextLong();
            int to = Math.min(values.length, from + Long.SIZE);
            for (int at = from; at < to; at++) {
                long sign = (word >>> (at - from)) << (Long.SIZE - 1);
                values[at] = Double.longBitsToDouble(Double.doubleToRawLongBits(values[at]) ^ sign);
            }
        }
    }

    private static void scale(double[] values) {
        double factor = 1 / Math.sqrt(values.length);
        for (int at = 0; at < values.length; at++) {
            values[at] *= factor;
        }
    }
}
