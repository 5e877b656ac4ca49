package io.confide.participant.djl;

import io.confide.common.encoding.Payloads;

/** The logits of rows, row by row: one of a row that has two outcomes, one per class of others. Not copied. */
final class Logits {
    private final double[] values;
    private final int width;

    Logits(double[] values, int width) {
        this.values = values;
        this.width = width;
    }

    int rows() {
        return values.length / width;
    }

    /** Whether rows have one score, that of outcome 1. */
    boolean single() {
        return width == 1;
    }

    /** The outcome that the model thinks likeliest: 1 from a score of 0.5 on; of equal classes the first. */
    int likeliest(int row) {
        if (single()) {
            return values[row] >= 0 ? 1 : 0;
        }
        int best = 0;
        for (int outcome = 1; outcome < width; outcome++) {
            best = logit(row, outcome) > logit(row, best) ? outcome : best;
        }
        return best;
    }

    double probability(int row, int outcome) {
        return single()
                ? 1 / (1 + Math.exp(outcome == 1 ? -values[row] : values[row]))
                : Math.exp(logit(row, outcome) - logSum(row));
    }

    /** Log loss of one row, at most {@link Payloads#LOSS_MAX}. */
    double logLoss(int row, int outcome) {
        double loss =
                single()
                        ? softplus(values[row]) - outcome * values[row]
                        : logSum(row) - logit(row, outcome);
        return Math.min(Payloads.LOSS_MAX, loss);
    }

    private double logit(int row, int outcome) {
        return values[row * width + outcome];
    }

    /** ln Σ exp of the row's logits. */
    private double logSum(int row) {
        double largest = logit(row, likeliest(row));
        double sum = 0;
        for (int outcome = 0; outcome < width; outcome++) {
            sum += Math.exp(logit(row, outcome) - largest);
        }
        return largest + Math.log(sum);
    }

    private static double softplus(double logit) {
        return Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    }
}
