package io.confide.participant.baseline;

import io.confide.common.encoding.Folds;
import io.confide.common.model.Plan;
import io.confide.participant.data.TabularData;
import io.confide.participant.port.LocalData;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** One site's rows dealt to folds. */
final class FoldedRows {
    private final List<LocalData> training = new ArrayList<>();
    private final List<LocalData> held = new ArrayList<>();

    private FoldedRows() {}

    static FoldedRows of(Plan.Evaluation evaluation, LocalData data) {
        int[] folds =
                Folds.assign(evaluation.seed(), evaluation.folds(), data.rowKeys(), data.labels());
        var rows = new FoldedRows();
        for (int fold = 0; fold < evaluation.folds(); fold++) {
            int index = fold;
            rows.training.add(
                    TabularData.subset(data, indices(folds.length, row -> folds[row] != index)));
            rows.held.add(
                    TabularData.subset(data, indices(folds.length, row -> folds[row] == index)));
        }
        return rows;
    }

    LocalData training(int fold) {
        return training.get(fold);
    }

    LocalData held(int fold) {
        return held.get(fold);
    }

    /** Labels of the held-out rows, fold after fold. */
    float[] labels() {
        var labels = new float[held.stream().mapToInt(LocalData::rows).sum()];
        int offset = 0;
        for (LocalData fold : held) {
            System.arraycopy(fold.labels(), 0, labels, offset, fold.rows());
            offset += fold.rows();
        }
        return labels;
    }

    private static int[] indices(int rows, IntPredicate chosen) {
        return IntStream.range(0, rows).filter(chosen).toArray();
    }
}
