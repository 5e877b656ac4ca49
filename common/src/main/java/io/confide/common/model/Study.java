package io.confide.common.model;

import java.util.List;

/** What is being asked, in whose name, over which data. */
public record Study(String name, String purpose, String accountable, Dictionary dictionary) {
    /** The contract that every site's dataset meets: column names, types and units. */
    public record Dictionary(
            Label label, String patientColumn, List<Feature> features, Missing missing) {
        public Dictionary {
            features = List.copyOf(features);
            if (features.isEmpty()) {
                throw new IllegalArgumentException("a dictionary needs at least one feature");
            }
        }
    }

    /** The binary outcome column. */
    public record Label(String name, String meaning) {}

    /** What happens to a missing, non-finite or out-of-range feature value. */
    public enum Missing {
        /** It becomes 0 after scaling, that is, the dictionary's center. */
        ZERO_AFTER_SCALING,
        /** The dataset is refused at binding, with the count. */
        REFUSE,
        /** It becomes the mean over the training rows of all sites, learnt by a secure sum. */
        SECURE_MEAN
    }
}
