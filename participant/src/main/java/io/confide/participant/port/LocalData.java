package io.confide.participant.port;

import io.confide.common.model.Digest;

import java.util.List;
import java.util.StringJoiner;

/**
 * The rows of one bound dataset, already checked against the dictionary, transformed and scaled; in
 * memory, immutable. Row order is by {@link #rowKeys()} ascending, so that it does not depend on the
 * source's order.
 */
public interface LocalData {
    int rows();

    /** F: how many numbers a row has, over all features of the dictionary. */
    int features();

    /** Row-major {@code rows x features}; a missing value is NaN until imputation. Read only. */
    float[] values();

    /** The number of the outcome per row, from 0. Read only. */
    float[] labels();

    /** SHA-256 of the record's patient id, for fold assignment; never leaves the site. */
    List<Digest> rowKeys();

    /** SHA-256 over all rows: the "data version" of K11. */
    Digest version();

    /** What binding found, for the operator's eyes only. */
    Profile profile();

    /**
     * Row counts; they stay in the site.
     *
     * @param outcomes rows per outcome, by its number
     * @param unusable per feature, in the dictionary's order, the rows in which training imputes a value of it
     */
    record Profile(List<Integer> outcomes, List<Unusable> unusable) {
        public Profile {
            outcomes = List.copyOf(outcomes);
            unusable = List.copyOf(unusable);
        }

        /** Of an outcome that is 0 or 1. */
        public Profile(int rows, int positives, List<Unusable> unusable) {
            this(List.of(rows - positives, positives), unusable);
        }

        public int rows() {
            return outcomes.stream().mapToInt(Integer::intValue).sum();
        }

        /** Rows with outcome 1. */
        public int positives() {
            return outcomes.size() < 2 ? 0 : outcomes.get(1);
        }

        /** Whether training would impute more than half of the values of {@code feature}. */
        public boolean mostlyUnusable(int feature) {
            return 2L * unusable.get(feature).total() > rows();
        }
    }

    /** In how many rows one feature has a value that cannot be used, by cause. */
    record Unusable(int missing, int notFinite, int outOfRange) {
        public static final Unusable NONE = new Unusable(0, 0, 0);

        public int total() {
            return missing + notFinite + outOfRange;
        }

        /** Returns for example {@code "2 missing, 1 not finite"}; empty if every value can be used. */
        public String causes() {
            var parts = new StringJoiner(", ");
            add(parts, missing, "missing");
            add(parts, notFinite, "not finite");
            add(parts, outOfRange, "out of range");
            return parts.toString();
        }

        private static void add(StringJoiner parts, int count, String cause) {
            if (count > 0) {
                parts.add(count + " " + cause);
            }
        }
    }
}
