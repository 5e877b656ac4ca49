package io.confide.common.encoding;

/**
 * Lanes for codes of both signs (PROTOCOL.md §4.5): m = ⌊64/κ⌋ lanes of κ bits hold two's complement codes that are added
 * as one word, so that a negative lane borrows from the next. A sum is read after 2^(κ−1) was added to every lane. Exact
 * while every sum of a lane stays below 2^(κ−1) in magnitude.
 *
 * @param width κ
 * @param sumMax bound of |Σ| in a lane over all sites of the roster
 */
record SignedLanes(int width, long sumMax) {
    /** 13 deviations: a sum of discrete Gaussian noise is larger with probability below 2^−121. */
    private static final double NOISE_TAIL = 13;

    private static final double SUM_MAX = 0x1p62;

    /** The proof of the width rule: throws {@link IllegalArgumentException} unless sumMax < 2^(κ−1). */
    SignedLanes {
        if (width < 1 || width > Long.SIZE || sumMax < 0 || bitLength(sumMax) > width - 1) {
            throw new IllegalArgumentException(
                    "signed lanes of %d bits are too narrow for sums up to %d"
                            .formatted(width, sumMax));
        }
    }

    /**
     * N sites with codes up to 2^(b−1)−1. The rotation gives a second bound, |Σu| ≤ τ = g·N·c/√B, and with rounding |Σz| ≤
     * τ/Δ + N, but with probability 2^−40 (PROTOCOL.md §4.4); the lanes are as narrow as the smaller of the two allows.
     */
    static SignedLanes of(Segment.Rotated rotated, int rosterSize) {
        return holding(Math.min(sure(rotated, rosterSize), likely(rotated, rosterSize)));
    }

    /** No sum of honest sites is larger, whatever the rotation does. */
    static double sure(Segment.Rotated rotated, int sites) {
        return (double) rotated.codeMax() * sites;
    }

    /** τ/Δ + N of {@link #of(Segment.Rotated, int)}. */
    static double likely(Segment.Rotated rotated, int sites) {
        double tau = sites * rotated.rotation().bound(rotated.length(), rotated.rotation().norm());
        return tau / rotated.step() + sites;
    }

    /** N·most, and 13 deviations of the noise of all sites. */
    static SignedLanes of(Segment.Integers integers, int rosterSize) {
        return holding(
                (double) integers.most() * rosterSize
                        + NOISE_TAIL * Math.sqrt(rosterSize) * integers.noise());
    }

    private static SignedLanes holding(double sumMax) {
        if (!(sumMax < SUM_MAX)) {
            throw new IllegalArgumentException(
                    "no lane of a 64-bit word can hold sums up to %.3g".formatted(sumMax));
        }
        long most = (long) Math.ceil(sumMax);
        return new SignedLanes(bitLength(most) + 1, most);
    }

    private static int bitLength(long value) {
        return Long.SIZE - Long.numberOfLeadingZeros(value);
    }

    /** m. */
    int perWord() {
        return Long.SIZE / width;
    }

    /** Words for {@code elements} elements. */
    int words(int elements) {
        return Math.ceilDiv(elements, perWord());
    }

    /** {@code code} in lane {@code lane}; to be added to a word. */
    long at(long code, int lane) {
        return code << (lane * width);
    }

    /** The summed word with 2^(κ−1) added in every lane: no lane is negative any more. */
    long lifted(long sum) {
        return sum + bias();
    }

    /** The sum in lane {@code lane} of a lifted word. */
    long get(long lifted, int lane) {
        return (lifted << (Long.SIZE - (lane + 1) * width) >>> (Long.SIZE - width)) - half();
    }

    /** The bits of a lifted word above the last lane; zero in every honest sum. */
    long unused(long lifted) {
        int used = perWord() * width;
        return used == Long.SIZE ? 0 : lifted >>> used;
    }

    private long bias() {
        long bias = 0;
        for (int lane = 0; lane < perWord(); lane++) {
            bias += at(half(), lane);
        }
        return bias;
    }

    private long half() {
        return 1L << (width - 1);
    }
}
