package io.confide.common.files;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Plan;
import io.confide.common.model.SitePolicy;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code policy.yaml}. What a steward leaves out is decided for caution. */
public final class PolicyFile {
    private static final Choice<String> MODELS =
            words(
                    "logistic",
                    "mlp",
                    "linear",
                    "cox",
                    "cnn",
                    "resnet",
                    "lstm",
                    "gru",
                    "transformer");
    private static final Choice<String> SECURE =
            new Choice<>(
                    words("required").now(),
                    List.of("off", "false", "no", "optional"),
                    "Every sum is secure; write required.");
    private static final Bounds SITES = Bounds.between(1, 200);
    private static final Bounds EPSILON = new Bounds(1e-6, 1e3, "between 0.000001 and 1000");
    private static final Bounds DELTAS = new Bounds(1e-15, 0.01, "above 0 and at most 0.01");
    private static final String RECORD = "epsilonPerRecord";
    private static final String PATIENT = "epsilonPerPatient";
    private static final String DELTA = "delta";

    private PolicyFile() {}

    /**
     * The policy in {@code yaml}.
     *
     * @throws ConfideException BAD_FILE or NOT_BUILT with every problem, one line each
     */
    public static SitePolicy parse(String yaml) {
        return Section.read("policy.yaml", yaml, PolicyFile::read);
    }

    /**
     * The same from a file, which the problems then name.
     *
     * @throws ConfideException also FILE_MISSING, and BAD_FILE for what is no text
     */
    public static SitePolicy load(Path file) {
        return Section.read(file.toString(), TextFile.read(file), PolicyFile::read);
    }

    private record Defaults(
            int minimumCohort,
            int minimumIncluded,
            int minimumDifference,
            SitePolicy.RolledBackLedger rolledBackLedger,
            SitePolicy.Approval approval) {}

    static Section.Reading<SitePolicy> read(Section root) {
        var defaults =
                sizes(
                        root.section("defaults"),
                        new Defaults(
                                5,
                                5,
                                1,
                                SitePolicy.RolledBackLedger.NOTE,
                                SitePolicy.Approval.MANUAL));
        var studies = new HashSet<String>();
        List<Section.Reading<SitePolicy.Allowance>> allow =
                root.groups("allow", in -> allowance(in, defaults, studies));
        if (root.isPresent() && !root.has("allow")) {
            root.problem("allow", "is missing. Write allow: [] to refuse every study.");
        }
        var taken = new HashSet<String>();
        List<Section.Reading<SitePolicy.Total>> totals =
                root.groups("budgets", in -> total(in, taken));
        return () ->
                new SitePolicy(
                        allow.stream().map(Section.Reading::result).toList(),
                        totals.stream().map(Section.Reading::result).toList());
    }

    private static Defaults sizes(Section in, Defaults fallback) {
        var read = limits(in, fallback);
        in.end();
        return read;
    }

    private static Defaults limits(Section in, Defaults fallback) {
        in.value("secureAggregation").ifPresent(value -> value.word(SECURE));
        return new Defaults(
                in.whole("minimumCohort", SITES, fallback.minimumCohort()),
                in.whole("minimumIncluded", SITES, fallback.minimumIncluded()),
                in.whole("minimumDifference", SITES, fallback.minimumDifference()),
                in.word(
                        "rolledBackLedger",
                        SitePolicy.RolledBackLedger.class,
                        fallback.rolledBackLedger()),
                in.word("approval", SitePolicy.Approval.class, fallback.approval()));
    }

    private static Section.Reading<SitePolicy.Allowance> allowance(
            Section in, Defaults defaults, Set<String> studies) {
        String study = in.text("study", Form.NAME);
        if (!study.isEmpty() && !studies.add(study)) {
            in.problem("study", "the study \"" + study + "\" is allowed twice. Keep one entry.");
        }
        in.notBuilt(
                "purposes",
                "purposes are not compared yet. Remove purposes; approve each plan by hand"
                        + " (approval: manual) to judge its purpose yourself.");
        Set<String> models =
                in.values("models").stream()
                        .map(value -> value.word(MODELS))
                        .collect(Collectors.toUnmodifiableSet());
        if (models.isEmpty()) {
            in.problem("models", "must list at least one model kind, such as [logistic, mlp].");
        }
        Privacy privacy = privacy(in.section("privacy"));
        Section release = in.section("release");
        Plan.Release atMost = release.word("atMost", Plan.Release.class, Plan.Release.NONE);
        release.end();
        Optional<LocalDate> until = in.value("until").flatMap(PolicyFile::date);
        Defaults limits = limits(in, defaults);
        return () ->
                new SitePolicy.Allowance(
                        study,
                        models,
                        limits.minimumCohort(),
                        limits.minimumIncluded(),
                        limits.minimumDifference(),
                        limits.rolledBackLedger(),
                        privacy.required(),
                        privacy.budget(),
                        atMost,
                        limits.approval(),
                        until);
    }

    private record Privacy(SitePolicy.Privacy required, Optional<SitePolicy.Budget> budget) {}

    private static Privacy privacy(Section in) {
        boolean required = in.value("required").map(Value::truth).orElse(in.isPresent());
        var budget = budget(in);
        if (!required && budget.isPresent()) {
            in.problem(
                    "required",
                    "a budget means nothing without differential privacy. Write required: true,"
                            + " or remove the budget.");
        }
        in.end();
        return new Privacy(
                required ? SitePolicy.Privacy.REQUIRED : SitePolicy.Privacy.NOT_REQUIRED, budget);
    }

    private static Section.Reading<SitePolicy.Total> total(Section in, Set<String> taken) {
        String name = in.text("name", Form.NAME);
        var datasets = new HashSet<String>();
        for (var value : in.values("datasets")) {
            String dataset = value.text(Form.NAME);
            datasets.add(dataset);
            if (!taken.add(dataset)) {
                value.problem("\"" + dataset + "\" has a budget already. Name it once.");
            }
        }
        if (datasets.isEmpty()) {
            in.problem("datasets", "must list at least one dataset of participant.yaml.");
        }
        var budget = budget(in);
        if (budget.isEmpty()) {
            in.problem("epsilonPerRecord", "is missing.");
        }
        return () -> new SitePolicy.Total(name, datasets, budget.orElseThrow());
    }

    /** ε for whom, and δ: both or neither. */
    private static Optional<SitePolicy.Budget> budget(Section in) {
        var record = in.value(RECORD).map(value -> value.number(EPSILON));
        var patient = in.value(PATIENT).map(value -> value.number(EPSILON));
        var delta = in.value(DELTA).map(value -> value.number(DELTAS));
        var epsilon = record.or(() -> patient);
        if (record.isPresent() && patient.isPresent()) {
            in.problem(PATIENT, "a budget protects records or patients. Keep one of the two.");
        }
        if (epsilon.isPresent() && delta.isEmpty()) {
            in.problem(DELTA, "is missing beside the budget. Write delta: 1e-5, for example.");
        }
        if (epsilon.isEmpty() && delta.isPresent()) {
            in.problem(DELTA, "means nothing without epsilonPerRecord or epsilonPerPatient.");
        }
        var unit = record.isPresent() ? SitePolicy.Unit.RECORD : SitePolicy.Unit.PATIENT;
        return epsilon.flatMap(e -> delta.map(d -> new SitePolicy.Budget(unit, e, d)));
    }

    private static Optional<LocalDate> date(Value value) {
        String text = value.text(Form.DATE);
        try {
            return Form.DATE.matches(text) ? Optional.of(LocalDate.parse(text)) : Optional.empty();
        } catch (DateTimeException e) {
            value.problem("\"" + text + "\" is no day of the calendar.");
            return Optional.empty();
        }
    }

    private static Choice<String> words(String... words) {
        var map = new LinkedHashMap<String, String>();
        for (String word : words) {
            map.put(word, word);
        }
        return new Choice<>(map, List.of(), "");
    }
}
