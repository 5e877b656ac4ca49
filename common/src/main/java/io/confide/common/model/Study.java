package io.confide.common.model;

import java.util.List;
import java.util.Set;

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
            int inputs = features.stream().mapToInt(Feature::count).reduce(0, Math::addExact);
            if (inputs > INPUTS_MAX) {
                throw new IllegalArgumentException(
                        "a dictionary has at most " + INPUTS_MAX + " inputs");
            }
        }

        /** All features together bring at most so many numbers per record. */
        public static final int INPUTS_MAX = 1 << 17;

        /** How many numbers a model sees of a record: one per feature, or as many as it has values. */
        public int inputs() {
            return features.stream().mapToInt(Feature::count).sum();
        }
    }

    /**
     * The outcome column: 0 or 1, or the index of one of {@code classes}.
     *
     * @param classes names of the classes in the order of their numbers, from 0; empty for an outcome that is 0 or 1
     */
    public record Label(String name, String meaning, List<String> classes) {
        public static final int CLASSES_MIN = 3;
        public static final int CLASSES_MAX = 1000;

        public Label {
            classes = List.copyOf(classes);
            boolean several = classes.size() >= CLASSES_MIN && classes.size() <= CLASSES_MAX;
            if (!classes.isEmpty() && (!several || Set.copyOf(classes).size() < classes.size())) {
                throw new IllegalArgumentException(
                        "an outcome has two values or 3 to 1000 classes of different names");
            }
        }

        /** An outcome that is 0 or 1. */
        public Label(String name, String meaning) {
            this(name, meaning, List.of());
        }

        /** How many values the column can have. */
        public int values() {
            return classes.isEmpty() ? 2 : classes.size();
        }

        /** How many logits a model has: one for two values, else one per class. */
        public int logits() {
            return classes.isEmpty() ? 1 : classes.size();
        }
    }

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
