package io.confide.common.encoding;

import io.confide.common.model.Digest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which fold a record belongs to: stratified by label, independent of the order of the rows. */
public final class Folds {
    private Folds() {}

    /**
     * The fold 0..k-1 of every row. Rows are ranked by SHA-256(seed as u64 big-endian ‖ row key); within
     * each label class the fold is rank mod k. Rows of one patient share their key and get one fold, ranked
     * once, in the class of label 1 if any of them has it; otherwise a model would be tested on patients
     * that it has seen.
     *
     * @param rowKeys one per row
     * @param labels 0 or 1 per row
     */
    public static int[] assign(long seed, int k, List<Digest> rowKeys, float[] labels) {
        if (k < 2 || rowKeys.size() != labels.length) {
            throw new IllegalArgumentException("k must be at least 2, with one label per row");
        }
        byte[] prefix = ByteBuffer.allocate(Long.BYTES).putLong(seed).array();
        var ranked = new ArrayList<Ranked>();
        for (int row = 0; row < labels.length; row++) {
            Digest key = rowKeys.get(row);
            ranked.add(new Ranked(row, Digest.of(prefix, key.value().unsafeArray())));
        }
        ranked.sort(Comparator.comparing(Ranked::order).thenComparingInt(Ranked::row));
        return deal(ranked, k, positiveKeys(rowKeys, labels), rowKeys);
    }

    private static int[] deal(
            List<Ranked> ranked, int k, Set<Digest> positiveKeys, List<Digest> rowKeys) {
        var folds = new int[ranked.size()];
        var seen = new int[2];
        int previous = -1;
        for (Ranked entry : ranked) {
            Digest key = rowKeys.get(entry.row());
            if (previous >= 0 && rowKeys.get(previous).equals(key)) {
                folds[entry.row()] = folds[previous];
            } else {
                folds[entry.row()] = seen[positiveKeys.contains(key) ? 1 : 0]++ % k;
            }
            previous = entry.row();
        }
        return folds;
    }

    private static Set<Digest> positiveKeys(List<Digest> rowKeys, float[] labels) {
        var keys = new HashSet<Digest>();
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] > 0.5f) {
                keys.add(rowKeys.get(row));
            }
        }
        return keys;
    }

    private record Ranked(int row, Digest order) {}
}
