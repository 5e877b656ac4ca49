package io.confide.common.encoding;

/**
 * Where the canary words stand: the last word of every 1 MiB leaf (131 072 words) and of the last, shorter leaf is the
 * constant 1 (PROTOCOL.md §4.5). The sum of each is the number of included inputs, or a mask was left on.
 */
final class Canaries {
    static final int LEAF_WORDS = 131_072;

    private static final int TOTAL_WORDS_MAX = Integer.MAX_VALUE - 8;
    private static final int DATA_PER_LEAF = LEAF_WORDS - 1;

    private Canaries() {}

    /** All words for {@code dataWords} ≥ 1 words of data: W + ⌈W/131071⌉. */
    static int totalWords(long dataWords) {
        long total = dataWords + Math.ceilDiv(dataWords, DATA_PER_LEAF);
        if (total > TOTAL_WORDS_MAX) {
            throw new IllegalArgumentException(
                    "a vector of %d words does not fit an array".formatted(total));
        }
        return (int) total;
    }

    /** Throws unless every canary of {@code sum} equals {@code included}. */
    static void check(long[] sum, int included) throws IntegrityException {
        for (int leaf = 0; leaf < sum.length; leaf += LEAF_WORDS) {
            check(sum[lastOf(leaf, sum)], leaf / LEAF_WORDS, included);
        }
    }

    /** Throws unless {@code canary}, of leaf number {@code leaf}, equals {@code included}. */
    static void check(long canary, int leaf, int included) throws IntegrityException {
        if (canary != included) {
            throw new IntegrityException(
                    "the canary of leaf %d is not the number of included sites (%d): the sum is not clean"
                            .formatted(leaf, included));
        }
    }

    private static int lastOf(int leafStart, long[] vector) {
        return (int) Math.min((long) leafStart + LEAF_WORDS, vector.length) - 1;
    }
}
