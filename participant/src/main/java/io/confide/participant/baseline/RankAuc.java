package io.confide.participant.baseline;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Area under the ROC curve from single scores, exact, ties counting one half (Mann and Whitney 1947). */
final class RankAuc {
    private RankAuc() {}

    /** Returns the AUC, or empty if all labels (0 or 1) are the same. */
    static OptionalDouble of(double[] scores, float[] labels) {
        int[] order =
                IntStream.range(0, scores.length)
                        .boxed()
                        .sorted((a, b) -> Double.compare(scores[a], scores[b]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        double[] ranks = ranks(scores, order);
        long positives = IntStream.range(0, labels.length).filter(i -> labels[i] == 1f).count();
        long negatives = labels.length - positives;
        if (positives == 0 || negatives == 0) {
            return OptionalDouble.empty();
        }
        double sum =
                IntStream.range(0, labels.length)
                        .filter(i -> labels[i] == 1f)
                        .mapToDouble(i -> ranks[i])
                        .sum();
        double least = positives * (positives + 1) / 2.0;
        return OptionalDouble.of((sum - least) / ((double) positives * negatives));
    }

    private static double[] ranks(double[] scores, int[] order) {
        var ranks = new double[scores.length];
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                to++;
            }
            double mean = (from + 1 + to) / 2.0;
            for (int i : Arrays.copyOfRange(order, from, to)) {
                ranks[i] = mean;
            }
            from = to;
        }
        return ranks;
    }
}
