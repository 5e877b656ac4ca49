package io.confide.coordinator.driver;

import io.confide.common.files.Json;
import io.confide.common.files.Words;
import io.confide.common.model.EarlyClose;
import io.confide.common.model.Feature;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.SumAudit;
import io.confide.common.model.Training;
import io.confide.coordinator.port.PlanView.Field;
import io.confide.coordinator.port.PlanView.Section;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that a plan fixes, in words: two plans are the same exactly if all their fields are. */
final class PlanFields {
    private final List<Field> fields = new ArrayList<>();

    private PlanFields() {}

    /** In the order of the files that people write. */
    static List<Section> of(Plan plan) {
        return List.of(
                new Section("Study", study(plan.name(), plan.study())),
                new Section("Model", model(plan.model())),
                new Section("Training", training(plan.training())),
                new Section("Secure sums", sums(plan.aggregation())),
                new Section("Privacy", privacy(plan.guarantee())),
                new Section("Evaluation", evaluation(plan.evaluation())),
                new Section("Release", release(plan)));
    }

    private static List<Field> study(String job, Study study) {
        var dictionary = study.dictionary();
        var all = new PlanFields();
        all.put("name", "Job", job);
        all.put("study.name", "Study", study.name());
        all.put("study.purpose", "Purpose", study.purpose());
        all.put("study.accountable", "Accountable", study.accountable());
        all.put("study.label", "Outcome", dictionary.label().name());
        all.put("study.meaning", "Outcome means", dictionary.label().meaning());
        if (!dictionary.label().classes().isEmpty()) {
            all.put("study.classes", "Classes", String.join(", ", dictionary.label().classes()));
        }
        all.put("study.patient", "Patients told apart by", dictionary.patientColumn());
        all.put("study.missing", "Missing values", Words.of(dictionary.missing()));
        // Names may repeat in no dictionary; the order of the features is part of the plan.
        for (int i = 0; i < dictionary.features().size(); i++) {
            var feature = dictionary.features().get(i);
            all.put("study.feature." + (i + 1), "Feature " + (i + 1), words(feature));
        }
        return all.fields;
    }

    private static String words(Feature feature) {
        return feature.name()
                + ", "
                + (feature.count() == 1 ? "" : feature.count() + " values of type ")
                + Words.of(feature.kind())
                + feature.unit().map(unit -> ", in " + unit).orElse("")
                + feature.range()
                        .map(
                                range ->
                                        ", from "
                                                + number(range.min())
                                                + " to "
                                                + number(range.max()))
                        .orElse("")
                + ", transform "
                + Words.of(feature.transform())
                + ", center "
                + number(feature.center())
                + ", scale "
                + number(feature.scale());
    }

    private static List<Field> model(ModelSpec model) {
        var all = new PlanFields();
        switch (model) {
            case ModelSpec.Logistic(var intercept) -> {
                all.put("model.kind", "Kind", "logistic");
                all.put(
                        "model.intercept",
                        "Starts with the intercept",
                        intercept.isPresent()
                                ? number(intercept.getAsDouble())
                                : "drawn from the seed");
            }
            case ModelSpec.Mlp(var hidden) -> {
                all.put("model.kind", "Kind", "mlp");
                all.put(
                        "model.hidden",
                        "Hidden layers",
                        hidden.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                        "units");
            }
        }
        return all.fields;
    }

    private static List<Field> training(Training training) {
        var all = new PlanFields();
        all.put("training.mode", "Mode", Words.of(training.mode()));
        all.put("training.rounds", "Rounds of each model", "" + training.rounds());
        all.put("training.localEpochs", "Local epochs", "" + training.localEpochs());
        all.put(
                "training.batchSize",
                "Batch",
                training.batchSize() == 0 ? "all" : "" + training.batchSize(),
                "rows");
        all.put("training.learningRate", "Learning rate", number(training.learningRate()));
        all.put("training.l2", "Ridge penalty", number(training.l2()));
        return all.fields;
    }

    private static List<Field> sums(Plan.Aggregation sums) {
        var all = new PlanFields();
        all.put(
                "aggregation.minimumIncluded",
                "Least in a sum",
                "" + sums.minimumIncluded(),
                "sites");
        all.put("aggregation.colluders", "May collude", "" + sums.colluders(), "sites");
        all.put("aggregation.clipNorm", "Clip norm of an update", number(sums.clipNorm()));
        all.put("aggregation.bits", "Bits of an element", "" + sums.bits(), "bits");
        all.put("aggregation.recordsMax", "A site counts at most", "" + sums.recordsMax(), "rows");
        all.put(
                "aggregation.roundSeconds",
                "A round is open for at most",
                "" + sums.roundSeconds(),
                "s");
        all.put("aggregation.rounding", "Rounding", Words.of(sums.rounding()));
        all.put("aggregation.rotation", "Rotation", Words.of(sums.rotation()));
        all.put(
                "aggregation.minimumDifference",
                "Two sums differ in",
                "0 or at least " + sums.minimumDifference(),
                "sites");
        if (sums.earlyClose() == EarlyClose.OFF) {
            all.put("aggregation.closeEarly", "Closes without a site", "never earlier");
        }
        if (sums.audit() == SumAudit.ON) {
            all.put("aggregation.audit", "Auditors can recompute", "1", "leaf of every sum");
        }
        sums.groups()
                .ifPresent(
                        groups -> {
                            all.put(
                                    "aggregation.groups",
                                    "Summed apart",
                                    "" + groups.count(),
                                    "groups");
                            all.put(
                                    "aggregation.combine",
                                    "Made of their means",
                                    Words.of(groups.combine()));
                            all.put(
                                    "aggregation.spoiledGroups",
                                    "May be spoiled",
                                    "" + groups.tolerated(),
                                    "groups");
                        });
        return all.fields;
    }

    private static List<Field> privacy(Guarantee guarantee) {
        var all = new PlanFields();
        switch (guarantee) {
            case Guarantee.None _ ->
                    all.put("privacy.unit", "Differential privacy", "none: sums are exact");
            case Guarantee.RecordLevel records -> {
                all.put("privacy.unit", "Differential privacy", "of every record");
                all.put("privacy.epsilon", "ε at most", number(records.epsilon()));
                all.put("privacy.delta", "δ", number(records.delta()));
                all.put("privacy.clipNorm", "Clip norm of a record", number(records.clipNorm()));
                all.put(
                        "privacy.minimumSurvivors",
                        "Least in a sum",
                        "" + records.minimumSurvivors(),
                        "sites");
                all.put(
                        "privacy.colluders",
                        "May know their noise",
                        "" + records.colluders(),
                        "sites");
                all.put(
                        "privacy.commits",
                        "A record is used at most",
                        "" + records.commits(),
                        "times");
                all.put("privacy.records", "Records, about", "" + records.records());
                all.put(
                        "privacy.samplingRate",
                        "A record is in a step",
                        records.samples()
                                ? "with chance " + number(records.samplingRate())
                                : "always");
                all.put("privacy.scaleBits", "Grid", "2^-" + records.scaleBits());
                all.put(
                        "privacy.sensitivity",
                        "Sensitivity",
                        "" + records.sensitivity(),
                        "grid units");
                all.put(
                        "privacy.shareVariance",
                        "Variance of a site's noise",
                        "" + records.shareVariance(),
                        "squared grid units");
            }
        }
        return all.fields;
    }

    private static List<Field> evaluation(Plan.Evaluation evaluation) {
        var all = new PlanFields();
        all.put(
                "evaluation.folds",
                "Folds",
                evaluation.folds() == 0 ? "none: nothing is evaluated" : "" + evaluation.folds());
        all.put("evaluation.seed", "Seed of the folds", "" + evaluation.seed());
        all.put("evaluation.bins", "Score histogram", "" + evaluation.bins(), "bins");
        return all.fields;
    }

    private static List<Field> release(Plan plan) {
        var all = new PlanFields();
        all.put("release", "May leave at most", Words.of(plan.release()));
        all.put("seed", "Seed", plan.seed().hex());
        return all.fields;
    }

    private void put(String name, String label, String value) {
        put(name, label, value, "");
    }

    private void put(String name, String label, String value, String unit) {
        fields.add(new Field(name, label, value, unit));
    }

    /** As in the canonical plan, so that different numbers never look the same. */
    private static String number(double value) {
        return new Json.Num(value).canonical();
    }
}
