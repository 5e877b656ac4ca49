package io.confide.common.files;

import io.confide.common.model.ConfideException;
import io.confide.common.model.EarlyClose;
import io.confide.common.model.JobSpec;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Priority;
import io.confide.common.model.Rotation;
import io.confide.common.model.Rounding;
import io.confide.common.model.SumAudit;
import io.confide.common.model.Training;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads {@code job.yaml}. */
public final class JobFile {
    private static final int LOCAL_EPOCHS = 5;
    private static final long SEED_MAX = (1L << 53) - 1;
    private static final Choice<String> KIND =
            new Choice<>(
                    ordered("logistic", "mlp"),
                    List.of(
                            "linear",
                            "cox",
                            "cnn",
                            "resnet",
                            "lstm",
                            "gru",
                            "transformer",
                            "torchscript"),
                    "Use logistic or mlp.");
    private static final Choice<String> OPTIMISER =
            new Choice<>(
                    ordered("sgd"),
                    List.of("adam", "adamw", "momentum", "rmsprop", "adagrad", "lbfgs"),
                    "Use sgd.");
    private static final Choice<String> SECURE =
            new Choice<>(
                    ordered("required"),
                    List.of("off", "false", "no"),
                    "Every sum is secure; remove secureAggregation.");
    private static final Choice<Plan.Release> RELEASE =
            new Choice<>(
                    releases(),
                    List.of("label", "scores"),
                    "Predictions are not served yet; use metrics or weights.");

    private JobFile() {}

    /**
     * The job in {@code yaml}. Left out, {@code training} is 40 rounds of fedavg with 5 local epochs, or of fedsgd with {@code privacy},
     * {@code evaluation} 5-fold and none with {@code privacy}, {@code release} metrics only.
     *
     * @throws ConfideException BAD_FILE with every problem, one line each; NOT_BUILT if the only problems
     *     are wishes that Confide cannot fulfil yet, such as {@code privacy} with {@code fedavg}
     */
    public static JobSpec parse(String yaml) {
        return Section.read("job.yaml", yaml, JobFile::read);
    }

    /**
     * The same from a file, which the problems then name.
     *
     * @throws ConfideException also FILE_MISSING, and BAD_FILE for what is no text
     */
    public static JobSpec load(Path file) {
        return Section.read(file.toString(), TextFile.read(file), JobFile::read);
    }

    static Section.Reading<JobSpec> read(Section root) {
        String name = root.text("job", Form.NAME);
        String study = root.text("study", Form.NAME);
        Priority priority = root.word("priority", Priority.class, Priority.NORMAL);
        Section.Reading<ModelSpec> model = model(root.required("model"));
        boolean isPrivate = root.has("privacy");
        Section.Reading<Training> training = training(root.section("training"), isPrivate);
        Section sums = root.section("aggregation");
        JobSpec.Aggregation aggregation = aggregation(sums);
        Section evaluation = root.section("evaluation");
        JobPrivacy.requireAlone(root, sums, evaluation);
        Section.Reading<Optional<JobSpec.Privacy>> privacy = JobPrivacy.read(root);
        Section.Reading<Plan.Evaluation> folds = folds(evaluation, isPrivate);
        List<JobSpec.Metric> metrics = metrics(evaluation);
        evaluation.end();
        Section release = root.section("release");
        Plan.Release wish =
                release.value("wish")
                        .map(value -> value.word(RELEASE))
                        .orElse(Plan.Release.METRICS);
        release.end();
        if (aggregation.audit() == SumAudit.ON && wish.compareTo(Plan.Release.WEIGHTS) < 0) {
            sums.problem(
                    "audit",
                    "an audit shows parts of sums, and a small model whole. Remove it, or set"
                            + " release: {wish: weights}.");
        }
        return () ->
                new JobSpec(
                        name,
                        study,
                        priority,
                        model.result(),
                        training.result(),
                        aggregation,
                        folds.result(),
                        metrics,
                        wish,
                        privacy.result());
    }

    private static Section.Reading<ModelSpec> model(Section in) {
        String kind = in.requiredValue("kind").map(value -> value.word(KIND)).orElse("logistic");
        List<Integer> hidden =
                in.values("hidden").stream()
                        .map(value -> (int) value.whole(Bounds.between(1, ModelSpec.Mlp.WIDTH_MAX)))
                        .toList();
        boolean mlp = kind.equals("mlp");
        double most = ModelSpec.Logistic.INTERCEPT_MAX;
        OptionalDouble intercept =
                in.value("intercept").stream()
                        .mapToDouble(v -> v.number(new Bounds(-most, most, "between -20 and 20")))
                        .findFirst();
        if (mlp && in.has("intercept")) {
            in.problem("intercept", "only a logistic model starts from an intercept. Remove it.");
        }
        if (mlp && (hidden.isEmpty() || hidden.size() > ModelSpec.Mlp.LAYERS_MAX)) {
            in.problem("hidden", "an mlp has 1 to 8 hidden layers, such as hidden: [32, 16].");
        }
        if (!mlp && in.has("hidden")) {
            in.problem("hidden", "only an mlp has hidden layers. Remove it, or use kind: mlp.");
        }
        in.end();
        return () -> mlp ? new ModelSpec.Mlp(hidden) : new ModelSpec.Logistic(intercept);
    }

    private static Section.Reading<Training> training(Section in, boolean isPrivate) {
        var usual = isPrivate ? Training.Mode.FEDSGD : Training.Mode.FEDAVG;
        Training.Mode mode = in.word("mode", Training.Mode.class, usual);
        int rounds = in.whole("rounds", Bounds.between(1, Training.ROUNDS_MAX), 40);
        if (isPrivate) {
            JobPrivacy.mode(in, mode);
        }
        boolean fedsgd = mode == Training.Mode.FEDSGD;
        int localEpochs =
                in.whole("localEpochs", Bounds.between(1, 1000), fedsgd ? 1 : LOCAL_EPOCHS);
        int batchSize = in.whole("batchSize", Bounds.between(0, 1_000_000), 0);
        double l2 = in.number("l2", Bounds.notNegative(), 0.01);
        Section optimiser = in.section("optimiser");
        optimiser.value("kind").ifPresent(value -> value.word(OPTIMISER));
        double learningRate = optimiser.number("learningRate", Bounds.positive(), 0.3);
        optimiser.end();
        if (fedsgd && localEpochs != 1) {
            in.problem("localEpochs", "fedsgd takes one step per round. Remove it, or use fedavg.");
        }
        if (fedsgd && batchSize != 0) {
            in.problem(
                    "batchSize",
                    "fedsgd makes no batches. Remove it; with privacy, privacy.samplingRate samples"
                            + " records.");
        }
        in.end();
        return () -> new Training(mode, rounds, localEpochs, batchSize, learningRate, l2);
    }

    private static JobSpec.Aggregation aggregation(Section in) {
        boolean grouped = in.has("groups");
        int minimumIncluded = in.whole("minimumIncluded", Bounds.between(3, 200), grouped ? 3 : 5);
        int minimumDifference = in.whole("minimumDifference", Bounds.between(1, 200), 1);
        double clipNorm =
                in.number("clipNorm", new Bounds(1e-6, 1e6, "between 0.000001 and 1000000"), 2);
        int bits =
                in.whole(
                        "bits",
                        Bounds.between(Plan.Aggregation.BITS_MIN, Plan.Aggregation.BITS_MAX),
                        24);
        int recordsMax = in.whole("recordsMax", Bounds.between(1, 1_000_000), 10_000);
        int roundSeconds = in.whole("roundSeconds", Bounds.between(1, 86_400), 120);
        Rounding rounding = in.word("rounding", Rounding.class, Rounding.STOCHASTIC);
        Rotation rotation = in.word("rotation", Rotation.class, Rotation.NONE);
        in.value("secureAggregation").ifPresent(value -> value.word(SECURE));
        Optional<JobSpec.GroupWish> groups = JobGroups.read(in);
        SumAudit audit = audit(in, grouped);
        boolean early = in.value("closeEarly").map(Value::truth).orElse(true);
        in.end();
        return new JobSpec.Aggregation(
                minimumIncluded,
                clipNorm,
                bits,
                recordsMax,
                roundSeconds,
                rounding,
                rotation,
                minimumDifference,
                groups,
                audit,
                early ? EarlyClose.ON : EarlyClose.OFF);
    }

    private static SumAudit audit(Section in, boolean grouped) {
        boolean wanted = in.value("audit").map(Value::truth).orElse(false);
        if (wanted && grouped) {
            in.problem("audit", "the sums of groups are not audited. Remove it, or the groups.");
        }
        return wanted && !grouped ? SumAudit.ON : SumAudit.OFF;
    }

    private static Section.Reading<Plan.Evaluation> folds(Section in, boolean isPrivate) {
        Section split = in.section("split");
        int folds = split.whole("kFold", Bounds.between(0, 20), isPrivate ? 0 : 5);
        if (isPrivate) {
            JobPrivacy.folds(split, folds);
        }
        if (folds == 1) {
            split.problem("kFold", "1 must be 0 (train one model only) or between 2 and 20.");
        }
        long seed = split.value("seed").map(v -> v.whole(Bounds.between(0, SEED_MAX))).orElse(1L);
        split.end();
        int bins = in.whole("bins", Bounds.between(10, 2000), 200);
        return () -> new Plan.Evaluation(folds, seed, bins);
    }

    private static List<JobSpec.Metric> metrics(Section in) {
        var words = new LinkedHashMap<String, JobSpec.Metric>();
        words.put("auc", JobSpec.Metric.AUC);
        words.put("logLoss", JobSpec.Metric.LOG_LOSS);
        words.put("accuracy", JobSpec.Metric.ACCURACY);
        words.put("calibration", JobSpec.Metric.CALIBRATION);
        var choice = new Choice<>(words, List.of("brier", "fairness"), choiceOf(words.keySet()));
        List<JobSpec.Metric> asked =
                in.values("metrics").stream().map(value -> value.word(choice)).distinct().toList();
        return asked.isEmpty() ? List.copyOf(words.values()) : asked;
    }

    private static String choiceOf(Iterable<String> words) {
        return "Use " + String.join(", ", words) + ".";
    }

    private static Map<String, String> ordered(String... words) {
        var map = new LinkedHashMap<String, String>();
        for (String word : words) {
            map.put(word, word);
        }
        return map;
    }

    private static Map<String, Plan.Release> releases() {
        var map = new LinkedHashMap<String, Plan.Release>();
        map.put("none", Plan.Release.NONE);
        map.put("metrics", Plan.Release.METRICS);
        map.put("weights", Plan.Release.WEIGHTS);
        return map;
    }
}
