package io.confide.participant.djl;

import io.confide.common.encoding.Payloads;

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
    private double rows;

    private EvaluationSums(int bins) {
        positives = new double[bins];
        negatives = new double[bins];
    }

    /** Returns the payload of rows with these logits and labels; histograms have {@code bins} equal bins over [0, 1]. */
    static Map<String, double[]> of(double[] logits, float[] labels, int bins) {
        var sums = new EvaluationSums(bins);
        for (int row = 0; row < logits.length; row++) {
            sums.add(logits[row], labels[row]);
        }
        return Map.of(
                Payloads.POSITIVES, sums.positives,
                Payloads.NEGATIVES, sums.negatives,
                Payloads.SCORE_SUM, sums.scoreSum,
                Payloads.LABEL_SUM, sums.labelSum,
                Payloads.COUNT, sums.count,
                Payloads.LOG_LOSS, new double[] {sums.logLoss},
                Payloads.CORRECT, new double[] {sums.correct},
                Payloads.ROWS, new double[] {sums.rows});
    }

    /** Probability of label 1. */
    static double score(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** Log loss of one row, at most {@link Payloads#LOSS_MAX}. */
    static double logLoss(double logit, float label) {
        double softplus = Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
        return Math.min(Payloads.LOSS_MAX, softplus - label * logit);
    }

    private void add(double logit, float label) {
        double score = score(logit);
        double[] histogram = label == 1f ? positives : negatives;
        histogram[bin(score, histogram.length)]++;
        int calibration = bin(score, Payloads.CALIBRATION_BINS);
        scoreSum[calibration] += score;
        labelSum[calibration] += label;
        count[calibration]++;
        logLoss += logLoss(logit, label);
        correct += (score >= 0.5) == (label == 1f) ? 1 : 0;
        rows++;
    }

    private static int bin(double score, int bins) {
        return Math.min(bins - 1, (int) (score * bins));
    }
}
