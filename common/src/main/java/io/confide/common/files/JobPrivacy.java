package io.confide.common.files;

import io.confide.common.model.Guarantee;
import io.confide.common.model.JobSpec;
import io.confide.common.model.Training;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the group {@code privacy} of a job. What a guarantee cannot be combined with is a problem of the line that asks for
 * it: nothing is quietly left out.
 */
final class JobPrivacy {
    private static final String SAMPLING_RATE = "samplingRate";

    private static final Choice<String> UNIT =
            new Choice<>(
                    Map.of("record", "record"),
                    List.of("patient", "site"),
                    "Only single records can be protected; use record.");
    private static final Choice<Sampled> SAMPLING =
            new Choice<>(
                    Words.all(Sampled.class),
                    List.of("fixed-size"),
                    "Use poisson with a samplingRate, or leave it out: every record is in every"
                            + " step.");
    private static final Choice<String> CLIPPING =
            new Choice<>(
                    Map.of("fixed", "fixed"),
                    List.of("adaptive"),
                    "The clip norm is fixed; remove clipping.");

    private static final Bounds RATES =
            new Bounds(Guarantee.RecordLevel.SAMPLING_RATE_MIN, 1, "between 0.000001 and 1");

    private static final String NO_EVALUATION =
            "exact counts of an evaluation would leave beside the noise. Remove it; the model is"
                    + " not evaluated.";

    private JobPrivacy() {}

    private enum Sampled {
        EVERYONE,
        POISSON
    }

    static Section.Reading<Optional<JobSpec.Privacy>> read(Section root) {
        Section in = root.section("privacy");
        in.value("unit").ifPresent(value -> value.word(UNIT));
        in.value("clipping").ifPresent(value -> value.word(CLIPPING));
        double epsilon = number(in, "epsilon", new Bounds(0.01, 100, "between 0.01 and 100"));
        double delta = number(in, "delta", new Bounds(1e-15, 0.1, "between 1e-15 and 0.1"));
        double clipNorm =
                number(
                        in,
                        "clipNorm",
                        new Bounds(
                                Guarantee.RecordLevel.CLIP_NORM_MIN,
                                Guarantee.RecordLevel.CLIP_NORM_MAX,
                                "between 0.000001 and 1000000"));
        OptionalInt colluders = whole(in, "colluders", Bounds.between(1, 199));
        OptionalInt commits = whole(in, "commits", Bounds.between(1, 2L * Training.ROUNDS_MAX));
        long records = records(in);
        if (in.has("delta") && in.has("records") && delta * records >= 1) {
            in.problem(
                    "delta",
                    delta
                            + " is not below 1/"
                            + records
                            + ": whole records could leave. Use 1e-5 or smaller.");
        }
        double rate = samplingRate(in, records);
        in.end();
        boolean asked = root.has("privacy");
        return () ->
                asked
                        ? Optional.of(
                                new JobSpec.Privacy(
                                        epsilon, delta, clipNorm, colluders, commits, records,
                                        rate))
                        : Optional.empty();
    }

    private static double number(Section in, String key, Bounds bounds) {
        return in.requiredValue(key).map(value -> value.number(bounds)).orElse(bounds.max());
    }

    private static OptionalInt whole(Section in, String key, Bounds bounds) {
        return in.value(key).stream().mapToInt(value -> (int) value.whole(bounds)).findFirst();
    }

    /** Left out, every record is in every step; a rate is enough to ask for Poisson sampling. */
    private static double samplingRate(Section in, long records) {
        var word = in.value("sampling").map(value -> value.word(SAMPLING));
        double rate = in.number(SAMPLING_RATE, RATES, 1);
        if (word.equals(Optional.of(Sampled.POISSON)) && !in.has(SAMPLING_RATE)) {
            in.problem(
                    SAMPLING_RATE,
                    "is missing: the chance of a record to be in a step, such as 0.05.");
        } else if (word.equals(Optional.of(Sampled.EVERYONE)) && rate < 1) {
            in.problem(
                    SAMPLING_RATE,
                    "has no meaning with sampling: everyone. Use sampling: poisson, or remove it.");
        } else if (in.has("records") && rate * records < 1) {
            in.problem(
                    SAMPLING_RATE,
                    "less than one of %d records is expected in a step. Use %s or more."
                            .formatted(records, leastRate(records)));
        }
        return rate;
    }

    /** Rounded up, so that it may be written. */
    private static String leastRate(long records) {
        return new BigDecimal(1.0 / records)
                .round(new MathContext(3, RoundingMode.CEILING))
                .toPlainString();
    }

    private static long records(Section in) {
        if (in.isPresent() && !in.has("records")) {
            in.problem(
                    "records",
                    "is missing: about how many records all sites have together, as the study plans"
                            + " it and not as it was counted. Steps are divided by it.");
        }
        return in.value("records")
                .map(value -> value.whole(Bounds.between(1, Guarantee.RecordLevel.RECORDS_MAX)))
                .orElse(1L);
    }

    /** Refuses what the other groups ask for and a guarantee excludes. */
    static void requireAlone(Section root, Section aggregation, Section evaluation) {
        if (!root.has("privacy")) {
            return;
        }
        for (String key : List.of("clipNorm", "bits", "rounding", "rotation")) {
            if (aggregation.has(key)) {
                aggregation.problem(
                        key,
                        "has no meaning with privacy: single records are clipped to"
                                + " privacy.clipNorm and summed exactly. Remove it.");
            }
        }
        if (aggregation.has("groups")) {
            aggregation.notBuilt(
                    "groups",
                    "groups with privacy are not available: the noise is made for one sum of all"
                            + " sites, and the sum of a group would hold too little of it. Remove"
                            + " it.");
        }
        for (String key : List.of("bins", "metrics")) {
            if (evaluation.has(key)) {
                evaluation.problem(key, "has no meaning with privacy: " + NO_EVALUATION);
            }
        }
    }

    /** Why a job with privacy may not ask for {@code kFold} other than 0. */
    static void folds(Section split, int folds) {
        if (folds != 0) {
            split.notBuilt("kFold", "evaluation with privacy is not available: " + NO_EVALUATION);
        }
    }

    /** Why a job with privacy may not take several steps. */
    static void mode(Section training, Training.Mode mode) {
        if (mode == Training.Mode.FEDAVG) {
            training.notBuilt(
                    "mode",
                    "fedavg with privacy is not available: the noise of several sites does not"
                            + " pool over hidden local steps. Use fedsgd.");
        }
    }
}
