package io.confide.participant.djl;

import ai.djl.ndarray.NDManager;

import io.confide.common.encoding.Folds;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.participant.port.LocalData;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which rows a task uses, and the training rows of the fold in progress kept on the device. */
final class RowSelection {
    private final NDManager root;
    private final List<Kept> kept = new ArrayList<>(1);

    RowSelection(NDManager root) {
        this.root = root;
    }

    /** Indices of the rows outside the fold; all of them for {@link Fold.All}. */
    static int[] training(Plan plan, Fold fold, LocalData data) {
        return switch (fold) {
            case Fold.All _ -> all(data);
            case Fold.Held(int index) -> rows(plan, data, assigned -> assigned != index);
        };
    }

    /** Indices of the rows inside the fold; all of them for {@link Fold.All}. */
    static int[] held(Plan plan, Fold fold, LocalData data) {
        return switch (fold) {
            case Fold.All _ -> all(data);
            case Fold.Held(int index) -> rows(plan, data, assigned -> assigned == index);
        };
    }

    static int[] all(LocalData data) {
        return IntStream.range(0, data.rows()).toArray();
    }

    /** The training rows on the device; those of the last call are kept, as rounds of one fold follow one another. */
    ResidentRows trainingRows(Plan plan, Fold fold, ModelState model, LocalData data) {
        var key = new Key(data.version(), fold, plan.evaluation(), boxed(model.imputation()));
        Optional<Kept> known = kept.stream().filter(entry -> entry.key.equals(key)).findFirst();
        if (known.isPresent()) {
            return known.get().rows;
        }
        kept.forEach(entry -> entry.rows.close());
        kept.clear();
        var rows =
                ResidentRows.of(
                        root,
                        data,
                        training(plan, fold, data),
                        model.imputation(),
                        plan.study().dictionary().label().logits());
        kept.add(new Kept(key, rows));
        return rows;
    }

    private static int[] rows(Plan plan, LocalData data, IntPredicate chosen) {
        var evaluation = plan.evaluation();
        int[] folds =
                Folds.assign(evaluation.seed(), evaluation.folds(), data.rowKeys(), data.labels());
        return IntStream.range(0, folds.length).filter(row -> chosen.test(folds[row])).toArray();
    }

    private static List<Float> boxed(float[] values) {
        return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    }

    private record Key(
            Digest data, Fold fold, Plan.Evaluation evaluation, List<Float> imputation) {}

    private record Kept(Key key, ResidentRows rows) {}
}
