package io.confide.common.metrics;

import io.confide.common.encoding.Payloads;

import java.util.stream.IntStream;

/** The logits of rows, row by row: one of a row that has two outcomes, one per class of others. Not copied. */
public final class Logits {
    private final double[] values;
    private final int width;

    /** @param width logits of a row; 1 for two outcomes */
    public Logits(double[] values, int width) {
        this.values = values;
        this.width = width;
    }

    public int rows() {
        return values.length / width;
    }

    /** Whether rows have one score, that of outcome 1. */
    public boolean single() {
        return width == 1;
    }

    /**
     * The likeliest of outcomes with these probabilities: of two the second from 0.5 on, of more the first of equal ones. The
     * one rule wherever a model decides.
     */
    static int likeliest(double[] probabilities) {
        if (probabilities.length == 2) {
            return probabilities[1] >= probabilities[0] ? 1 : 0;
        }
        int best = 0;
        for (int outcome = 1; outcome < probabilities.length; outcome++) {
            best = probabilities[outcome] > probabilities[best] ? outcome : best;
        }
        return best;
    }

    /** The outcome that the model thinks likeliest, as {@link #likeliest(double[])} decides. */
    public int likeliest(int row) {
        if (single()) {
            return values[row] >= 0 ? 1 : 0;
        }
        int best = 0;
        for (int outcome = 1; outcome < width; outcome++) {
            best = logit(row, outcome) > logit(row, best) ? outcome : best;
        }
        return best;
    }

    /** The probability of every outcome of {@code row}, by its number. */
    public double[] probabilities(int row) {
        return IntStream.range(0, single() ? 2 : width)
                .mapToDouble(outcome -> probability(row, outcome))
                .toArray();
    }

    public double probability(int row, int outcome) {
        return single()
                ? 1 / (1 + Math.exp(outcome == 1 ? -values[row] : values[row]))
                : Math.exp(logit(row, outcome) - logSum(row));
    }

    /** Log loss of one row, at most {@link Payloads#LOSS_MAX}. */
    public double logLoss(int row, int outcome) {
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
