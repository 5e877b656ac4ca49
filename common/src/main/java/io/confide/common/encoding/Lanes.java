package io.confide.common.encoding;

/**
 * How the elements of one segment lie in 64-bit words: m = ⌊64/κ⌋ lanes of κ bits, lane l at bits [lκ, (l+1)κ), unused
 * top bits zero. κ ≥ b + ⌈log2 N⌉, so that N·(2^b − 1) < 2^κ and no honest sum carries into the next lane.
 *
 * @param width κ
 * @param perWord m
 * @param elementMax largest code of one site
 * @param rosterSize N
 */
record Lanes(int width, int perWord, long elementMax, int rosterSize) {
    /**
     * The proof of the width rule for this very roster: throws {@link IllegalArgumentException} unless N·elementMax < 2^κ,
     * and below 2^63 so that sums stay positive.
     */
    Lanes {
        if (width < 1 || width > Long.SIZE || perWord < 1 || perWord * width > Long.SIZE) {
            throw new IllegalArgumentException(
                    "%d lanes of %d bits do not fit a word".formatted(perWord, width));
        }
        long sumMax = Math.multiplyExact(elementMax, (long) rosterSize);
        if (sumMax < 0 || Long.SIZE - Long.numberOfLeadingZeros(sumMax) > width) {
            throw new IllegalArgumentException(
                    "lanes of %d bits are too narrow for %d sites with codes up to %d"
                            .formatted(width, rosterSize, elementMax));
        }
    }

    /** The lanes of {@code reals} when up to {@code rosterSize} sites are summed. */
    static Lanes of(Segment.Reals reals, int rosterSize) {
        int width = reals.bits() + ceilLog2(rosterSize);
        return new Lanes(width, Long.SIZE / width, reals.codeMax(), rosterSize);
    }

    /** One word for each of {@code counts}. */
    static Lanes of(Segment.Counts counts, int rosterSize) {
        return new Lanes(Long.SIZE, 1, Segment.Counts.COUNT_MAX, rosterSize);
    }

    /** The most bits that take as many bytes as {@code bits} do: those that fill ⌊64/m⌋ bits of a lane. */
    static int bitsAtTheSameSize(int bits, int rosterSize) {
        int headroom = ceilLog2(rosterSize);
        return Long.SIZE / (Long.SIZE / (bits + headroom)) - headroom;
    }

    /** Words for {@code elements} elements. */
    int words(int elements) {
        return Math.ceilDiv(elements, perWord);
    }

    long mask() {
        return width == Long.SIZE ? -1L : (1L << width) - 1;
    }

    /** The code of lane {@code lane} of {@code word}. */
    long get(long word, int lane) {
        return (word >>> (lane * width)) & mask();
    }

    /** {@code code} moved to lane {@code lane}. */
    long at(long code, int lane) {
        return code << (lane * width);
    }

    /** The bits of {@code word} above the last lane; zero in every honest sum. */
    long unused(long word) {
        int used = perWord * width;
        return used == Long.SIZE ? 0 : word >>> used;
    }

    private static int ceilLog2(int n) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
    }
}
