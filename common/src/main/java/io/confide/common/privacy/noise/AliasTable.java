package io.confide.common.privacy.noise;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/**
 * Draws an index from given weights with one look-up, one comparison and one selection, whatever is drawn (Walker 1977): a
 * column is chosen evenly, and within it one of two indices by a threshold of 128 bits. Columns are filled in whole numbers,
 * so the chance of an index is exactly its weight over the sum of all.
 */
final class AliasTable {
    private static final int THRESHOLD_BITS = 128;
    private static final int WORDS = 3;
    private static final BigInteger FULL = BigInteger.ONE.shiftLeft(THRESHOLD_BITS);

    // Per column: the threshold's high and low word, and the index above it.
    private final long[] columns;
    private final int mask;

    private AliasTable(long[] columns, int mask) {
        this.columns = columns;
        this.mask = mask;
    }

    /** Weights that sum to {@code weights.length}·2^128; the length is a power of two. */
    static AliasTable of(BigInteger[] weights) {
        int length = weights.length;
        long[] columns = new long[WORDS * length];
        var rest = weights.clone();
        int[] small = new int[length];
        int[] large = new int[length];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < length; i++) {
            if (rest[i].compareTo(FULL) < 0) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        while (smalls > 0) {
            int low = small[--smalls];
            int high = large[larges - 1];
            set(columns, low, rest[low], high);
            rest[high] = rest[high].subtract(FULL.subtract(rest[low]));
            if (rest[high].compareTo(FULL) < 0) {
                larges--;
                small[smalls++] = high;
            }
        }
        while (larges > 0) {
            int whole = large[--larges];
            // a threshold of all ones and itself above it: a whole column
            set(columns, whole, FULL.subtract(BigInteger.ONE), whole);
        }
        return new AliasTable(columns, length - 1);
    }

    /** What {@code index} weighs in the filled columns, which is the weight it was given. */
    BigInteger weight(int index) {
        var sum = BigInteger.ZERO;
        for (int column = 0; column <= mask; column++) {
            var threshold =
                    Bernoulli.unsigned(columns[WORDS * column])
                            .shiftLeft(64)
                            .add(Bernoulli.unsigned(columns[WORDS * column + 1]));
            sum = column == index ? sum.add(threshold) : sum;
            sum = columns[WORDS * column + 2] == index ? sum.add(FULL.subtract(threshold)) : sum;
        }
        return sum;
    }

    int columns() {
        return mask + 1;
    }

    private static void set(long[] columns, int column, BigInteger threshold, int above) {
        columns[WORDS * column] = threshold.shiftRight(64).longValue();
        columns[WORDS * column + 1] = threshold.longValue();
        columns[WORDS * column + 2] = above;
    }

    /** The index for the column in the low bits of {@code word}, with further words from {@code random}. */
    int index(long word, RandomGenerator random) {
        int column = (int) word & mask;
        int at = WORDS * column;
        long draw = random.nextLong() ^ Long.MIN_VALUE;
        long high = columns[at] ^ Long.MIN_VALUE;
        if (draw == high) {
            return Long.compareUnsigned(random.nextLong(), columns[at + 1]) < 0
                    ? column
                    : (int) columns[at + 2];
        }
        return draw < high ? column : (int) columns[at + 2];
    }
}
