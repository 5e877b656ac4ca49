package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.encoding.Payloads;
import io.confide.coordinator.port.ModelDetails.FoldView;
import io.confide.coordinator.port.ModelRecord.Evaluation;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class ModelPageTest {
    /** Two folds that three groups evaluated one after the other; the third group's sum of fold 1 could not be used. */
    @Test
    void theGroupsOfAFoldAreTakenTogether() {
        var folds =
                ModelPage.folds(
                        List.of(
                                evaluation(4, 0, 10, 9),
                                evaluation(5, 0, 20, 10),
                                evaluation(6, 0, 30, 26),
                                evaluation(10, 1, 5, 4),
                                evaluation(11, 1, 5, 1)));
        assertEquals(
                List.of("evaluate fold 0", "evaluate fold 1"),
                folds.stream().map(FoldView::task).toList());
        assertEquals(List.of(6L, 11L), folds.stream().map(FoldView::round).toList());
        assertEquals(60, folds.getFirst().metrics().get("rows"));
        assertEquals(45 / 60.0, folds.getFirst().metrics().get("accuracy"), 1e-12);
        assertEquals(0.5, folds.getLast().metrics().get("accuracy"), 1e-12);
    }

    private static Evaluation evaluation(long round, int fold, double rows, double correct) {
        return new Evaluation(
                round,
                "evaluate fold " + fold,
                Map.of(
                        Payloads.ROWS, new double[] {rows},
                        Payloads.POSITIVES, new double[] {0, rows},
                        Payloads.NEGATIVES, new double[] {0, 0},
                        Payloads.LOG_LOSS, new double[] {rows},
                        Payloads.CORRECT, new double[] {correct},
                        Payloads.COUNT, new double[] {rows},
                        Payloads.SCORE_SUM, new double[] {rows},
                        Payloads.LABEL_SUM, new double[] {rows}));
    }
}
