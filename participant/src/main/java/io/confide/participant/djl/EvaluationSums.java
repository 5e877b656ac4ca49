package io.confide.participant.djl;

import io.confide.common.encoding.Payloads;
import io.confide.common.metrics.Logits;

import java.util.HashMap;
import java.util.Map;

/** What a site adds to an evaluation: histograms of scores and sums of losses, never a row. */
final class EvaluationSums {
    private final double[] positives;
    private final double[] negatives;
    private final double[] scoreSum = new double[Payloads.CALIBRATION_BINS];
    private final double[] labelSum = new double[Payloads.CALIBRATION_BINS];
    private final double[] count = new double[Payloads.CALIBRATION_BINS];
    private double logLoss;
    private double correct;

    private EvaluationSums(int bins) {
        positives = new double[bins];
        negatives = new double[bins];
    }

    /** Returns the payload of rows with these logits and labels; histograms have {@code bins} equal bins over [0, 1]. */
    static Map<String, double[]> of(Logits logits, float[] labels, int bins) {
        var sums = new EvaluationSums(bins);
        for (int row = 0; row < labels.length; row++) {
            sums.add(logits, row, (int) labels[row]);
        }
        var payload = new HashMap<String, double[]>();
        if (logits.single()) {
            payload.put(Payloads.POSITIVES, sums.positives);
            payload.put(Payloads.NEGATIVES, sums.negatives);
        }
        payload.put(Payloads.SCORE_SUM, sums.scoreSum);
        payload.put(Payloads.LABEL_SUM, sums.labelSum);
        payload.put(Payloads.COUNT, sums.count);
        payload.put(Payloads.LOG_LOSS, new double[] {sums.logLoss});
        payload.put(Payloads.CORRECT, new double[] {sums.correct});
        payload.put(Payloads.ROWS, new double[] {labels.length});
        return payload;
    }

    private void add(Logits logits, int row, int label) {
        int likeliest = logits.likeliest(row);
        // Two outcomes are calibrated by the score of outcome 1, classes by that of the likeliest.
        double score = logits.probability(row, logits.single() ? 1 : likeliest);
        boolean hit = logits.single() ? label == 1 : label == likeliest;
        if (logits.single()) {
            double[] histogram = label == 1 ? positives : negatives;
            histogram[bin(score, histogram.length)]++;
        }
        int calibration = bin(score, Payloads.CALIBRATION_BINS);
        scoreSum[calibration] += score;
        labelSum[calibration] += hit ? 1 : 0;
        count[calibration]++;
        logLoss += logits.logLoss(row, label);
        correct += label == likeliest ? 1 : 0;
    }

    private static int bin(double score, int bins) {
        return Math.min(bins - 1, (int) (score * bins));
    }
}
