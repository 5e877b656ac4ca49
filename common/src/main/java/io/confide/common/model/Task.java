package io.confide.common.model;

/**
 * What sites do in one round. It names no round number, so that the same inputs under the same model
 * are recognised as the same (K11).
 */
public sealed interface Task {
    Fold fold();

    /** What people read for it, e.g. {@code train fold 2}. */
    default String words() {
        String kind =
                switch (this) {
                    case Statistics _ -> "statistics";
                    case Train _ -> "train";
                    case Evaluate _ -> "evaluate";
                };
        return switch (fold()) {
            case Fold.All _ -> kind + " final";
            case Fold.Held(var index) -> kind + " fold " + index;
        };
    }

    /** Sums of the training rows that the normaliser is made from. */
    record Statistics(Fold fold) implements Task {}

    /** One round of training on the rows outside the fold. */
    record Train(Fold fold) implements Task {}

    /** Score histograms, loss and calibration sums of the rows inside the fold. */
    record Evaluate(Fold fold) implements Task {}
}
