package io.confide.common.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.Payloads;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;

class MetricsTest {
    record Row(double score, float label) {}

    @Provide
    Arbitrary<List<Row>> rows() {
        // Few distinct scores, so that ties are common.
        return Combinators.combine(
                        Arbitraries.integers().between(0, 40).map(i -> i / 40.0),
                        Arbitraries.of(0f, 1f))
                .as(Row::new)
                .list()
                .ofMaxSize(80);
    }

    private static double[] scores(List<Row> rows) {
        return rows.stream().mapToDouble(Row::score).toArray();
    }

    private static float[] labels(List<Row> rows) {
        var labels = new float[rows.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = rows.get(i).label();
        }
        return labels;
    }

    private static double[] histogram(List<Row> rows, int bins, float label) {
        var counts = new double[bins];
        rows.stream()
                .filter(row -> row.label() == label)
                .forEach(row -> counts[Auc.bin(row.score(), bins)]++);
        return counts;
    }

    private static OptionalDouble byPairs(List<Row> rows) {
        double wins = 0;
        double pairs = 0;
        for (Row p : rows) {
            for (Row n : rows) {
                if (p.label() == 1 && n.label() == 0) {
                    pairs++;
                    wins += p.score() > n.score() ? 1 : p.score() == n.score() ? 0.5 : 0;
                }
            }
        }
        return pairs > 0 ? OptionalDouble.of(wins / pairs) : OptionalDouble.empty();
    }

    /** Note 50 §2.3, E4. */
    @Test
    void theAucAndBrierScoreOfTheWorkedExample() {
        var auc =
                Auc.ofHistograms(new double[] {1, 2, 3, 4}, new double[] {4, 3, 2, 1})
                        .orElseThrow();
        assertEquals(0.75, auc.value(), 1e-12);
        assertEquals(0.10, auc.errorBound(), 1e-12);
        assertEquals(0.295, Calibration.brier(4, 1.58, 1.2, 2).orElseThrow(), 1e-12);
    }

    /** E5. */
    @Test
    void theCalibrationOfTheWorkedExample() {
        var calibration =
                Calibration.of(
                        new double[] {50, 30, 20},
                        new double[] {10, 15, 16},
                        new double[] {8, 18, 15});
        assertEquals(0.06, calibration.expectedError().orElseThrow(), 1e-12);
        assertEquals(0.1, calibration.maximumError().orElseThrow(), 1e-12);
        assertEquals(0.05, new Calibration.Bin(40, 28, 26).gap().orElseThrow(), 1e-12);
        assertEquals(0.30, new Calibration.Bin(20, 14, 8).gap().orElseThrow(), 1e-12);
    }

    /** E13: losses of members and others, scored so that a small loss means member. */
    @Test
    void theExactAucOfTheWorkedExample() {
        double[] scores = {-.1, -.2, -.2, -.4, -.3, -.5, -.6, -.9};
        float[] labels = {1, 1, 1, 1, 0, 0, 0, 0};
        assertEquals(0.9375, Auc.exact(scores, labels).orElseThrow(), 1e-12);
    }

    @Test
    void whatIsZeroOverZeroIsUndefinedNotZero() {
        assertEquals(Optional.empty(), Auc.ofHistograms(new double[3], new double[] {1, 0, 0}));
        assertEquals(OptionalDouble.empty(), Auc.exact(new double[] {.5}, new float[] {1}));
        assertEquals(
                OptionalDouble.empty(),
                Calibration.of(new double[2], new double[2], new double[2]).expectedError());
        assertEquals(
                OptionalDouble.empty(),
                Calibration.of(new double[2], new double[2], new double[2]).maximumError());
        assertEquals(OptionalDouble.empty(), Calibration.brier(0, 0, 0, 0));
    }

    @Test
    void refusesScoresThatAreNoNumbersAndArraysThatDoNotMatch() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Auc.exact(new double[] {Double.NaN}, new float[] {1}));
        assertThrows(
                IllegalArgumentException.class,
                () -> Auc.exact(new double[] {.1, .2}, new float[] {1}));
        assertThrows(
                IllegalArgumentException.class,
                () -> Auc.ofHistograms(new double[2], new double[3]));
        assertThrows(
                IllegalArgumentException.class,
                () -> Calibration.of(new double[2], new double[2], new double[3]));
    }

    @Test
    void theEndsOfTheScoreRangeHaveTheirBins() {
        assertEquals(0, Auc.bin(0, 10));
        assertEquals(9, Auc.bin(1, 10));
        assertEquals(5, Auc.bin(0.5, 10));
        assertEquals(0, Auc.bin(-1e-9, 10));
    }

    @Property
    void theExactAucCountsPairs(@ForAll("rows") List<Row> rows) {
        OptionalDouble expected = byPairs(rows);
        OptionalDouble actual = Auc.exact(scores(rows), labels(rows));
        assertEquals(expected.isPresent(), actual.isPresent());
        assertEquals(expected.orElse(0), actual.orElse(0), 1e-12);
    }

    @Property
    void theHistogramAucLiesWithinItsBoundOfTheExactOne(
            @ForAll("rows") List<Row> rows, @ForAll @IntRange(min = 1, max = 60) int bins) {
        Auc.ofHistograms(histogram(rows, bins, 1), histogram(rows, bins, 0))
                .ifPresent(
                        estimate -> {
                            double exact = byPairs(rows).orElseThrow();
                            assertTrue(
                                    Math.abs(exact - estimate.value())
                                            <= estimate.errorBound() + 1e-12);
                        });
    }

    @Property
    void orderDoesNotMatter(@ForAll("rows") List<Row> rows, @ForAll Random random) {
        var shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        assertEquals(
                Auc.exact(scores(rows), labels(rows)),
                Auc.exact(scores(shuffled), labels(shuffled)));
    }

    @Property
    void splittingTheRowsAmongSitesDoesNotMatter(
            @ForAll("rows") List<Row> rows, @ForAll @IntRange(min = 0, max = 80) int cut) {
        int at = Math.min(cut, rows.size());
        Map<String, double[]> together = sums(rows);
        Map<String, double[]> pooled =
                EvaluationReport.pool(
                        List.of(sums(rows.subList(0, at)), sums(rows.subList(at, rows.size()))));
        var a = EvaluationReport.of(together).numbers();
        var b = EvaluationReport.of(pooled).numbers();
        assertEquals(a.keySet(), b.keySet());
        a.forEach((name, value) -> assertEquals(value, b.get(name), 1e-9, name));
    }

    private static Map<String, double[]> sums(List<Row> rows) {
        int bins = 20;
        int coarse = Payloads.CALIBRATION_BINS;
        var scoreSum = new double[coarse];
        var labelSum = new double[coarse];
        var count = new double[coarse];
        double loss = 0;
        double correct = 0;
        for (Row row : rows) {
            int bin = Auc.bin(row.score(), coarse);
            scoreSum[bin] += row.score();
            labelSum[bin] += row.label();
            count[bin]++;
            loss += Math.abs(row.score() - row.label());
            correct += (row.score() > 0.5) == (row.label() > 0.5) ? 1 : 0;
        }
        return Map.of(
                Payloads.POSITIVES,
                histogram(rows, bins, 1),
                Payloads.NEGATIVES,
                histogram(rows, bins, 0),
                Payloads.SCORE_SUM,
                scoreSum,
                Payloads.LABEL_SUM,
                labelSum,
                Payloads.COUNT,
                count,
                Payloads.LOG_LOSS,
                new double[] {loss},
                Payloads.CORRECT,
                new double[] {correct},
                Payloads.ROWS,
                new double[] {rows.size()});
    }

    @Test
    void aReportReadsEverySum() {
        var rows = List.of(new Row(.9, 1), new Row(.8, 0), new Row(.2, 0), new Row(.7, 1));
        var report = EvaluationReport.of(sums(rows));
        assertEquals(4, report.rows());
        assertEquals(OptionalLong.of(2), report.positives());
        assertEquals(0.75, report.auc().orElseThrow().value(), 1e-12);
        assertEquals(0.75, report.accuracy().orElseThrow(), 1e-12);
        assertEquals((.1 + .8 + .2 + .3) / 4, report.logLoss().orElseThrow(), 1e-12);
        assertEquals(
                List.of(
                        "accuracy",
                        "auc",
                        "aucErrorBound",
                        "ece",
                        "logLoss",
                        "mce",
                        "positives",
                        "rows"),
                List.copyOf(report.numbers().keySet()));
    }

    @Test
    void anEvaluationOfNoRowsHasOnlyCounts() {
        var report = EvaluationReport.of(sums(List.of()));
        assertEquals(List.of("positives", "rows"), List.copyOf(report.numbers().keySet()));
    }

    @Test
    void aMissingSumIsNamed() {
        var e = assertThrows(IllegalArgumentException.class, () -> EvaluationReport.of(Map.of()));
        assertEquals("the sums lack the segment rows", e.getMessage());
        var half = Map.of(Payloads.NEGATIVES, new double[] {1}, Payloads.ROWS, new double[] {1});
        e = assertThrows(IllegalArgumentException.class, () -> EvaluationReport.of(half));
        assertEquals("the sums lack the segment positives", e.getMessage());
    }
}
