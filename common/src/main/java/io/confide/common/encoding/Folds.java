package io.confide.common.encoding;

import io.confide.common.model.Digest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which fold a record belongs to: stratified by label, independent of the order of the rows. */
public final class Folds {
    private Folds() {}

    /**
     * The fold 0..k-1 of every row. Rows are ranked by SHA-256(seed as u64 big-endian ‖ row key); within
     * each label class the fold is rank mod k. Rows of one patient share their key and get one fold, ranked
     * once, in the class of the largest label that any of them has; otherwise a model would be tested on
     * patients that it has seen.
     *
     * @param rowKeys one per row
     * @param labels a whole number from 0 on per row
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
        return deal(ranked, k, classes(rowKeys, labels), rowKeys);
    }

    private static int[] deal(
            List<Ranked> ranked, int k, Map<Digest, Integer> classes, List<Digest> rowKeys) {
        var folds = new int[ranked.size()];
        var seen = new HashMap<Integer, Integer>();
        int previous = -1;
        for (Ranked entry : ranked) {
            Digest key = rowKeys.get(entry.row());
            if (previous >= 0 && rowKeys.get(previous).equals(key)) {
                folds[entry.row()] = folds[previous];
            } else {
                folds[entry.row()] =
                        (seen.merge(classes.getOrDefault(key, 0), 1, Integer::sum) - 1) % k;
            }
            previous = entry.row();
        }
        return folds;
    }

    private static Map<Digest, Integer> classes(List<Digest> rowKeys, float[] labels) {
        var classes = new HashMap<Digest, Integer>();
        for (int row = 0; row < labels.length; row++) {
            classes.merge(rowKeys.get(row), Math.round(labels[row]), Math::max);
        }
        return classes;
    }

    private record Ranked(int row, Digest order) {}
}
