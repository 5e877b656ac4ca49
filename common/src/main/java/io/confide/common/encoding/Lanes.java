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

    /** Packs {@code words} · m codes, in the order of the lanes, into words of {@code to} from {@code at} on. */
    void pack(long[] codes, int from, int words, long[] to, int at) {
        // The usual numbers of lanes each in a loop of their own, which takes a third of the time.
        switch (perWord) {
            case 1 -> System.arraycopy(codes, from, to, at, words);
            case 2 -> {
                for (int word = 0; word < words; word++) {
                    int code = from + 2 * word;
                    to[at + word] = codes[code] | (codes[code + 1] << width);
                }
            }
            case 3 -> {
                int twice = 2 * width;
                for (int word = 0; word < words; word++) {
                    int code = from + 3 * word;
                    to[at + word] =
                            codes[code] | (codes[code + 1] << width) | (codes[code + 2] << twice);
                }
            }
            default -> {
                for (int word = 0; word < words; word++) {
                    long packed = 0;
                    for (int lane = perWord - 1; lane >= 0; lane--) {
                        packed = (packed << width) | codes[from + perWord * word + lane];
                    }
                    to[at + word] = packed;
                }
            }
        }
    }

    /** Undoes {@link #pack}; the bits above the last lane are left out. */
    void unpack(long[] words, int at, int count, long[] codes, int to) {
        long mask = mask();
        switch (perWord) {
            case 1 -> System.arraycopy(words, at, codes, to, count);
            case 2 -> {
                for (int each = 0; each < count; each++) {
                    long word = words[at + each];
                    int code = to + 2 * each;
                    codes[code] = word & mask;
                    codes[code + 1] = (word >>> width) & mask;
                }
            }
            case 3 -> {
                int twice = 2 * width;
                for (int each = 0; each < count; each++) {
                    long word = words[at + each];
                    int code = to + 3 * each;
                    codes[code] = word & mask;
                    codes[code + 1] = (word >>> width) & mask;
                    codes[code + 2] = (word >>> twice) & mask;
                }
            }
            default -> {
                for (int each = 0; each < count; each++) {
                    long rest = words[at + each];
                    for (int lane = 0; lane < perWord; lane++) {
                        codes[to + perWord * each + lane] = rest & mask;
                        rest >>>= width;
                    }
                }
            }
        }
    }

    /** The bits above the last lane of {@code count} words, all of them together; none are set in honest sums. */
    long unused(long[] words, int at, int count) {
        long all = 0;
        for (int word = at; word < at + count; word++) {
            all |= words[word];
        }
        int used = perWord * width;
        return used == Long.SIZE ? 0 : all >>> used;
    }

    private static int ceilLog2(int n) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
    }
}
