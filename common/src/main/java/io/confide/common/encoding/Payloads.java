package io.confide.common.encoding;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Digest;
import io.confide.common.model.Feature;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a site contributes to each kind of round. The site and the coordinator derive it from the plan
 * alone, so neither can make the other encode something else (PROTOCOL.md K10). The constants are the
 * segments' names in the payload map.
 */
public final class Payloads {
    /**
     * Train: the clipped update times the site's weight; one value per parameter. Under record-level privacy the sum of the
     * clipped gradients of single records in grid units, noise included, and nothing else.
     */
    public static final String UPDATE = "update";

    /** Train: min(rows, recordsMax) / recordsMax. */
    public static final String WEIGHT = "weight";

    /** Train: weight times the mean log loss before the local steps. */
    public static final String LOSS = "loss";

    /** Train, Evaluate: rows used. */
    public static final String ROWS = "rows";

    /** Evaluate, outcomes of two values: per score bin, rows with label 1. */
    public static final String POSITIVES = "positives";

    /** Evaluate, outcomes of two values: per score bin, rows with label 0. */
    public static final String NEGATIVES = "negatives";

    /** Evaluate: per calibration bin, sum of scores; with classes, of the scores of the likeliest class. */
    public static final String SCORE_SUM = "scoreSum";

    /** Evaluate: per calibration bin, rows with label 1; with classes, rows whose likeliest class is theirs. */
    public static final String LABEL_SUM = "labelSum";

    /** Evaluate: per calibration bin, rows. */
    public static final String COUNT = "count";

    /** Evaluate: sum of the log losses. */
    public static final String LOG_LOSS = "logLoss";

    /** Evaluate: rows whose score lies on the label's side of 0.5; with classes, whose likeliest class is theirs. */
    public static final String CORRECT = "correct";

    /** Statistics: per feature, sum of the present scaled and clipped values. */
    public static final String SUM = "sum";

    /** Statistics: per feature, rows with a present value. */
    public static final String PRESENT = "present";

    /** Calibration bins of equal width over scores 0 to 1. */
    public static final int CALIBRATION_BINS = 10;

    /**
     * Most rows of one site whose scores or values can be summed in one round. The ranges are as wide as
     * this, with {@link #SUM_BITS} bits, so that no sum of a large site is cut off: unlike the weight of an
     * update, a metric must count every row.
     */
    public static final int SUMMED_ROWS_MAX = 1 << 20;

    /** The log loss of one row is cut off here (a score within 2e-9 of the wrong end). */
    public static final double LOSS_MAX = 20;

    /** With 2^20 rows, a sum of scores has steps of 1e-8. */
    private static final int SUM_BITS = 48;

    private Payloads() {}

    /** The segments of {@code task}'s payload, in their order on the wire. */
    public static List<Segment> segments(Plan plan, Task task) {
        int inputs = plan.study().dictionary().inputs();
        return switch (task) {
            case Task.Statistics _ ->
                    List.of(
                            new Segment.Reals(
                                    SUM, inputs, Feature.CLIP * SUMMED_ROWS_MAX, SUM_BITS),
                            new Segment.Counts(PRESENT, inputs));
            case Task.Train _ -> training(plan, ParameterManifest.of(plan).parameterCount());
            case Task.Evaluate _ -> evaluation(plan);
        };
    }

    /** Ranked scores only where there is one score per row. */
    private static List<Segment> evaluation(Plan plan) {
        var segments = new ArrayList<Segment>();
        int bins = plan.evaluation().bins();
        double rows = SUMMED_ROWS_MAX;
        if (plan.study().dictionary().label().logits() == 1) {
            segments.add(new Segment.Counts(POSITIVES, bins));
            segments.add(new Segment.Counts(NEGATIVES, bins));
        }
        segments.add(new Segment.Reals(SCORE_SUM, CALIBRATION_BINS, rows, SUM_BITS));
        segments.add(new Segment.Counts(LABEL_SUM, CALIBRATION_BINS));
        segments.add(new Segment.Counts(COUNT, CALIBRATION_BINS));
        segments.add(new Segment.Reals(LOG_LOSS, 1, LOSS_MAX * rows, SUM_BITS));
        segments.add(new Segment.Counts(CORRECT, 1));
        segments.add(new Segment.Counts(ROWS, 1));
        return List.copyOf(segments);
    }

    private static List<Segment> training(Plan plan, int length) {
        return switch (plan.guarantee()) {
            // Only what the server step needs: two sums that differ by one site show that site's
            // part.
            case Guarantee.None _ ->
                    List.of(
                            update(plan, length),
                            new Segment.Reals(WEIGHT, 1, 1, 32),
                            new Segment.Reals(LOSS, 1, LOSS_MAX, 32));
            // Nothing but the noised sum. What a site adds is bounded, noise included, so that no
            // lane can ever run over.
            case Guarantee.RecordLevel records ->
                    List.of(
                            new Segment.Integers(
                                    UPDATE,
                                    length,
                                    records.elementMax(plan.aggregation().recordsMax()),
                                    0));
        };
    }

    private static Segment update(Plan plan, int length) {
        var sums = plan.aggregation();
        return switch (sums.rotation()) {
            case NONE ->
                    new Segment.Reals(
                            UPDATE, length, sums.clipNorm(), sums.bits(), sums.rounding());
            case HADAMARD ->
                    Segment.Rotated.of(
                            UPDATE,
                            length,
                            sums.bits(),
                            sums.rounding(),
                            Hadamard.of(length, sums.clipNorm(), rotationSeed(plan)));
        };
    }

    /** Public, as the plan's seed is: H(L("rotation") ‖ seed of the plan). */
    private static Digest rotationSeed(Plan plan) {
        return LayoutWriter.of(Label.ROTATION).raw(plan.seed()).digest();
    }

    /** The codec of {@code task}'s rounds for a roster of {@code rosterSize} sites; its bytes are part of what is signed. */
    public static Codec codec(Plan plan, Task task, int rosterSize) {
        return Codec.of(segments(plan, task), rosterSize);
    }

    /**
     * The codecHash of an epoch's policy: SHA-256 of the codec bytes of every kind of round that the plan
     * has, in the order statistics, training, evaluation.
     */
    public static Digest codecSetHash(Plan plan, int rosterSize) {
        var fold = new Fold.All();
        List<Task> kinds =
                List.of(new Task.Statistics(fold), new Task.Train(fold), new Task.Evaluate(fold));
        var used = plan.schedule().stream().map(Object::getClass).collect(Collectors.toSet());
        byte[][] parts =
                kinds.stream()
                        .filter(kind -> used.contains(kind.getClass()))
                        .map(kind -> codec(plan, kind, rosterSize).bytes().unsafeArray())
                        .toArray(byte[][]::new);
        return Digest.of(parts);
    }
}
