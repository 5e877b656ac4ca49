package io.confide.common.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Area under the ROC curve: the probability that a positive scores above a negative, ties counting half. */
public final class Auc {
    private Auc() {}

    /**
     * An AUC from counts per score bin.
     *
     * @param errorBound the exact AUC of the same scores lies within {@code value ± errorBound}
     */
    public record Estimate(double value, double errorBound) {}

    /**
     * The AUC of histograms over the same bins, lowest scores first; empty if a class has no rows. Within
     * a bin every pair counts half, hence the error bound ½ Σ p_b n_b / (P N) (note 50, E4).
     */
    public static Optional<Estimate> ofHistograms(double[] positives, double[] negatives) {
        if (positives.length != negatives.length) {
            throw new IllegalArgumentException("both histograms need the same bins");
        }
        double below = 0;
        double wins = 0;
        double ties = 0;
        double positive = 0;
        for (int bin = 0; bin < positives.length; bin++) {
            wins += positives[bin] * below;
            ties += positives[bin] * negatives[bin];
            below += negatives[bin];
            positive += positives[bin];
        }
        double pairs = positive * below;
        return pairs > 0
                ? Optional.of(new Estimate((wins + ties / 2) / pairs, ties / 2 / pairs))
                : Optional.empty();
    }

    /**
     * The exact AUC by the rank sum; empty if a class has no rows.
     *
     * @param labels 0 or 1 per score
     */
    public static OptionalDouble exact(double[] scores, float[] labels) {
        if (scores.length != labels.length) {
            throw new IllegalArgumentException("every score needs a label");
        }
        if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("a score is not a number");
        }
        int[] order =
                IntStream.range(0, scores.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> scores[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        double below = 0;
        double wins = 0;
        double positive = 0;
        for (int start = 0; start < order.length; ) {
            int end = start;
            double tiedPositives = 0;
            double tiedNegatives = 0;
            while (end < order.length && scores[order[end]] == scores[order[start]]) {
                if (labels[order[end++]] > 0.5f) {
                    tiedPositives++;
                } else {
                    tiedNegatives++;
                }
            }
            wins += tiedPositives * (below + tiedNegatives / 2);
            below += tiedNegatives;
            positive += tiedPositives;
            start = end;
        }
        double pairs = positive * below;
        return pairs > 0 ? OptionalDouble.of(wins / pairs) : OptionalDouble.empty();
    }

    /** The bin of {@code score} in [0, 1] among {@code bins} of equal width; 1 falls into the last. */
    public static int bin(double score, int bins) {
        return Math.clamp((int) Math.floor(score * bins), 0, bins - 1);
    }
}
