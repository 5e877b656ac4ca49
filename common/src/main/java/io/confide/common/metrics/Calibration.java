package io.confide.common.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How far scores are from frequencies (note 50 §2.2).
 *
 * @param bins of equal score width, lowest first
 */
public record Calibration(List<Bin> bins) {
    public Calibration {
        bins = List.copyOf(bins);
    }

    /** @param scoreSum sum of the scores of the {@code rows} rows, {@code positives} of which have label 1 */
    public record Bin(double rows, double scoreSum, double positives) {
        /** |mean score - mean label|; empty without rows. */
        public OptionalDouble gap() {
            return rows > 0
                    ? OptionalDouble.of(Math.abs(scoreSum - positives) / rows)
                    : OptionalDouble.empty();
        }
    }

    /** All three arrays have one value per bin. */
    public static Calibration of(double[] rows, double[] scoreSums, double[] positives) {
        if (rows.length != scoreSums.length || rows.length != positives.length) {
            throw new IllegalArgumentException("every bin needs its three sums");
        }
        var bins = new ArrayList<Bin>();
        for (int i = 0; i < rows.length; i++) {
            bins.add(new Bin(rows[i], scoreSums[i], positives[i]));
        }
        return new Calibration(bins);
    }

    /** ECE = Σ (n_b/N) gap_b; empty without rows. */
    public OptionalDouble expectedError() {
        double all = bins.stream().mapToDouble(Bin::rows).sum();
        return all > 0
                ? OptionalDouble.of(
                        bins.stream()
                                .mapToDouble(bin -> bin.rows() / all * bin.gap().orElse(0))
                                .sum())
                : OptionalDouble.empty();
    }

    /** MCE: the largest gap; empty without rows. */
    public OptionalDouble maximumError() {
        return bins.stream().flatMapToDouble(bin -> bin.gap().stream()).max();
    }

    /** Brier score from sums: (Σs² - 2Σsy + Σy)/n; empty if n is 0. */
    public static OptionalDouble brier(
            double rows, double scoreSquares, double scoreTimesLabel, double labels) {
        return rows > 0
                ? OptionalDouble.of((scoreSquares - 2 * scoreTimesLabel + labels) / rows)
                : OptionalDouble.empty();
    }
}
