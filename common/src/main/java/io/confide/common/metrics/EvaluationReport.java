package io.confide.common.metrics;

import io.confide.common.encoding.Payloads;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a securely summed evaluation says. What nothing defines (0/0) is empty, never 0.
 *
 * @param rows rows that were scored
 * @param positives of these with outcome 1; empty where the outcome has classes
 * @param auc empty also where the outcome has classes
 * @param logLoss mean, in nats
 * @param accuracy share of rows on the right side of 0.5, or whose likeliest class is theirs
 */
public record EvaluationReport(
        long rows,
        OptionalLong positives,
        Optional<Auc.Estimate> auc,
        OptionalDouble logLoss,
        OptionalDouble accuracy,
        Calibration calibration) {
    /** Reads the decoded sums of an Evaluate round (or of several, see {@link #pool}). */
    public static EvaluationReport of(Map<String, double[]> sums) {
        boolean ranked =
                sums.containsKey(Payloads.POSITIVES) || sums.containsKey(Payloads.NEGATIVES);
        double rows = segment(sums, Payloads.ROWS)[0];
        return new EvaluationReport(
                Math.round(rows),
                ranked
                        ? OptionalLong.of(
                                Math.round(Arrays.stream(segment(sums, Payloads.POSITIVES)).sum()))
                        : OptionalLong.empty(),
                ranked
                        ? Auc.ofHistograms(
                                segment(sums, Payloads.POSITIVES),
                                segment(sums, Payloads.NEGATIVES))
                        : Optional.empty(),
                mean(segment(sums, Payloads.LOG_LOSS)[0], rows),
                mean(segment(sums, Payloads.CORRECT)[0], rows),
                Calibration.of(
                        segment(sums, Payloads.COUNT),
                        segment(sums, Payloads.SCORE_SUM),
                        segment(sums, Payloads.LABEL_SUM)));
    }

    /** The sums of several evaluations, added: out-of-fold numbers come from all folds together. */
    public static Map<String, double[]> pool(List<Map<String, double[]>> evaluations) {
        var pooled = new TreeMap<String, double[]>();
        for (Map<String, double[]> sums : evaluations) {
            sums.forEach(
                    (name, values) -> pooled.merge(name, values.clone(), EvaluationReport::added));
        }
        return Collections.unmodifiableMap(pooled);
    }

    /** The defined numbers by name: auc, aucErrorBound, logLoss, accuracy, ece, mce, rows, positives. */
    public SortedMap<String, Double> numbers() {
        var numbers = new TreeMap<String, Double>();
        auc.ifPresent(
                estimate -> {
                    numbers.put("auc", estimate.value());
                    numbers.put("aucErrorBound", estimate.errorBound());
                });
        logLoss.ifPresent(value -> numbers.put("logLoss", value));
        accuracy.ifPresent(value -> numbers.put("accuracy", value));
        calibration.expectedError().ifPresent(value -> numbers.put("ece", value));
        calibration.maximumError().ifPresent(value -> numbers.put("mce", value));
        numbers.put("rows", (double) rows);
        positives.ifPresent(count -> numbers.put("positives", (double) count));
        return Collections.unmodifiableSortedMap(numbers);
    }

    private static double[] added(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("evaluations with different bins cannot be pooled");
        }
        for (int i = 0; i < a.length; i++) {
            a[i] += b[i];
        }
        return a;
    }

    private static OptionalDouble mean(double sum, double rows) {
        return rows > 0 ? OptionalDouble.of(sum / rows) : OptionalDouble.empty();
    }

    private static double[] segment(Map<String, double[]> sums, String name) {
        double[] values = sums.get(name);
        if (values == null) {
            throw new IllegalArgumentException("the sums lack the segment " + name);
        }
        return values;
    }
}
