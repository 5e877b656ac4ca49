package io.confide.participant.port;

import io.confide.common.model.Digest;

import java.util.List;

/**
 * The rows of one bound dataset, already checked against the dictionary, transformed and scaled; in
 * memory, immutable. Row order is by {@link #rowKeys()} ascending, so that it does not depend on the
 * source's order.
 */
public interface LocalData {
    int rows();

    int features();

    /** Row-major {@code rows x features}; a missing value is NaN until imputation. Read only. */
    float[] values();

    /** 0 or 1 per row. Read only. */
    float[] labels();

    /** SHA-256 of the record's patient id, for fold assignment; never leaves the site. */
    List<Digest> rowKeys();

    /** SHA-256 over all rows: the "data version" of K11. */
    Digest version();

    /** What binding found, for the operator's eyes only. */
    Profile profile();

    /**
     * @param missing per feature how many values were missing, not finite or out of range
     */
    record Profile(int rows, int positives, List<Integer> missing) {
        public Profile {
            missing = List.copyOf(missing);
        }
    }
}
