package io.confide.common.model;

/** Which rows a task uses. */
public sealed interface Fold {
    /** Training uses every row; the final model. */
    record All() implements Fold {}

    /** Fold {@code index} is held out: training uses the other rows, evaluation uses these. */
    record Held(int index) implements Fold {
        public Held {
            if (index < 0) {
                throw new IllegalArgumentException("negative fold " + index);
            }
        }
    }
}
