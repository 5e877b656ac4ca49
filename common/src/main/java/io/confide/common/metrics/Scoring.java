package io.confide.common.metrics;

import io.confide.common.encoding.Payloads;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** How good a model is on records at hand, record by record; exact, for whoever holds the records. One thread. */
public final class Scoring {
    private static final double LOSS_MAX = Payloads.LOSS_MAX;

    private final int[][] confusion;
    private final List<Float> labels = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    private double loss;

    /** @param outcomes how many outcomes a record can have */
    public Scoring(int outcomes) {
        confusion = new int[outcomes][outcomes];
    }

    /**
     * One outcome of all.
     *
     * @param recall share of its rows that the model thinks are its; empty without such rows
     * @param precision share of its rows among those that the model thinks are its; empty where there are none
     */
    public record Outcome(int number, int rows, OptionalDouble recall, OptionalDouble precision) {}

    /** @param probabilities one per outcome */
    public void add(double[] probabilities, int outcome) {
        confusion[outcome][Logits.likeliest(probabilities)]++;
        labels.add((float) outcome);
        scores.add(probabilities[probabilities.length - 1]);
        loss += Math.min(LOSS_MAX, -Math.log(probabilities[outcome]));
    }

    public int rows() {
        return labels.size();
    }

    /** Share of rows whose likeliest outcome is theirs; NaN without rows. */
    public double accuracy() {
        int hits = IntStream.range(0, confusion.length).map(i -> confusion[i][i]).sum();
        return (double) hits / rows();
    }

    /** Mean of −ln p(outcome), each at most 20; NaN without rows. */
    public double logLoss() {
        return loss / rows();
    }

    /** The exact AUC of two outcomes; empty for more, or if one of the two has no rows. */
    public OptionalDouble auc() {
        if (confusion.length != 2) {
            return OptionalDouble.empty();
        }
        var flat = new float[rows()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = labels.get(i);
        }
        return Auc.exact(scores.stream().mapToDouble(Double::doubleValue).toArray(), flat);
    }

    public List<Outcome> outcomes() {
        return IntStream.range(0, confusion.length).mapToObj(this::outcome).toList();
    }

    private Outcome outcome(int number) {
        int rows = IntStream.of(confusion[number]).sum();
        int taken = IntStream.range(0, confusion.length).map(i -> confusion[i][number]).sum();
        return new Outcome(
                number,
                rows,
                share(confusion[number][number], rows),
                share(confusion[number][number], taken));
    }

    private static OptionalDouble share(int part, int whole) {
        return whole > 0 ? OptionalDouble.of((double) part / whole) : OptionalDouble.empty();
    }
}
