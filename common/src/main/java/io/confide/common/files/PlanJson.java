package io.confide.common.files;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Feature;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Training;

import java.util.List;
import java.util.OptionalDouble;

/** The canonical JSON of a plan: what sites approve is the SHA-256 of these bytes, and nothing else. */
public final class PlanJson {
    private PlanJson() {}

    /** RFC 8785 JSON in UTF-8. Equal plans give equal bytes. */
    public static Bytes bytes(Plan plan) {
        return json(plan).bytes();
    }

    /** {@link #bytes} as text. */
    public static String text(Plan plan) {
        return json(plan).canonical();
    }

    /** SHA-256 of {@link #bytes}: planHash. */
    public static Digest hash(Plan plan) {
        return Digest.of(bytes(plan));
    }

    /**
     * The plan of {@code bytes}. Only the canonical bytes of a plan are accepted, so that no two byte
     * strings mean the same plan; anything else is an {@link IllegalArgumentException}.
     */
    public static Plan parse(Bytes bytes) {
        Plan plan = plan(JsonFields.of(JsonText.parse(bytes), "plan"));
        if (!bytes(plan).equals(bytes)) {
            throw new IllegalArgumentException(
                    "the plan has unknown fields or is not in canonical form");
        }
        return plan;
    }

    private static Json json(Plan plan) {
        Json.Obj json = exact(plan);
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> json;
            case Guarantee.RecordLevel records -> json.with("privacy", GuaranteeJson.of(records));
        };
    }

    private static Json.Obj exact(Plan plan) {
        return Json.object()
                .with("name", plan.name())
                .with("study", study(plan.study()))
                .with("model", model(plan.model()))
                .with("training", training(plan.training()))
                .with("aggregation", AggregationJson.of(plan.aggregation()))
                .with(
                        "evaluation",
                        Json.object()
                                .with("folds", plan.evaluation().folds())
                                // A 64-bit seed does not fit into a JSON number.
                                .with("seed", Long.toString(plan.evaluation().seed()))
                                .with("bins", plan.evaluation().bins()))
                .with("release", Words.of(plan.release()))
                .with("seed", plan.seed().hex());
    }

    private static Json study(Study study) {
        var dictionary = study.dictionary();
        return Json.object()
                .with("name", study.name())
                .with("purpose", study.purpose())
                .with("accountable", study.accountable())
                .with(
                        "dictionary",
                        Json.object()
                                .with("label", label(dictionary.label()))
                                .with("patient", dictionary.patientColumn())
                                .with("missing", Words.of(dictionary.missing()))
                                .with(
                                        "features",
                                        new Json.Arr(
                                                dictionary.features().stream()
                                                        .map(PlanJson::feature)
                                                        .toList())));
    }

    /** Classes are written only where there are some, as a feature's count is where it is not 1. */
    private static Json label(Study.Label label) {
        Json.Obj json = Json.object().with("name", label.name()).with("meaning", label.meaning());
        return label.classes().isEmpty()
                ? json
                : json.with(
                        "classes",
                        new Json.Arr(label.classes().stream().<Json>map(Json.Text::new).toList()));
    }

    private static Json feature(Feature feature) {
        Json.Obj json =
                Json.object()
                        .with("name", feature.name())
                        .with("kind", Words.of(feature.kind()))
                        .with("transform", Words.of(feature.transform()))
                        .with("center", feature.center())
                        .with("scale", feature.scale());
        if (feature.unit().isPresent()) {
            json = json.with("unit", feature.unit().get());
        }
        if (feature.range().isPresent()) {
            var range = feature.range().get();
            json =
                    json.with(
                            "range",
                            new Json.Arr(
                                    List.of(new Json.Num(range.min()), new Json.Num(range.max()))));
        }
        if (feature.count() != 1) {
            json = json.with("count", feature.count());
        }
        return json;
    }

    private static Json model(ModelSpec model) {
        return switch (model) {
            case ModelSpec.Logistic(var intercept) -> {
                Json.Obj json = Json.object().with("kind", "logistic");
                yield intercept.isPresent()
                        ? json.with("intercept", intercept.getAsDouble())
                        : json;
            }
            case ModelSpec.Mlp mlp ->
                    Json.object()
                            .with("kind", "mlp")
                            .with(
                                    "hidden",
                                    new Json.Arr(
                                            mlp.hidden().stream()
                                                    .<Json>map(Json::number)
                                                    .toList()));
        };
    }

    private static Json training(Training training) {
        return Json.object()
                .with("mode", Words.of(training.mode()))
                .with("rounds", training.rounds())
                .with("localEpochs", training.localEpochs())
                .with("batchSize", training.batchSize())
                .with("learningRate", training.learningRate())
                .with("l2", training.l2());
    }

    private static Plan plan(JsonFields in) {
        var evaluation = in.object("evaluation");
        var training = in.object("training");
        return new Plan(
                in.text("name"),
                study(in.object("study")),
                model(in.object("model")),
                new Training(
                        training.word("mode", Training.Mode.class),
                        training.integer("rounds"),
                        training.integer("localEpochs"),
                        training.integer("batchSize"),
                        training.number("learningRate"),
                        training.number("l2")),
                AggregationJson.read(in.object("aggregation")),
                new Plan.Evaluation(
                        evaluation.integer("folds"),
                        Long.parseLong(evaluation.text("seed")),
                        evaluation.integer("bins")),
                in.word("release", Plan.Release.class),
                in.find("privacy").isPresent()
                        ? GuaranteeJson.read(in.object("privacy"))
                        : new Guarantee.None(),
                Bytes.ofHex(in.text("seed")));
    }

    private static Study study(JsonFields in) {
        var dictionary = in.object("dictionary");
        var label = dictionary.object("label");
        return new Study(
                in.text("name"),
                in.text("purpose"),
                in.text("accountable"),
                new Study.Dictionary(
                        new Study.Label(label.text("name"), label.text("meaning"), classes(label)),
                        dictionary.text("patient"),
                        dictionary.array("features").items().stream()
                                .map(item -> feature(JsonFields.of(item, "feature")))
                                .toList(),
                        dictionary.word("missing", Study.Missing.class)));
    }

    private static List<String> classes(JsonFields label) {
        return label.find("classes").isPresent()
                ? label.array("classes").items().stream().map(PlanJson::className).toList()
                : List.of();
    }

    private static String className(Json json) {
        if (json instanceof Json.Text(String name)) {
            return name;
        }
        throw new IllegalArgumentException("label.classes has an item that is no text");
    }

    private static Feature feature(JsonFields in) {
        return new Feature(
                in.text("name"),
                in.word("kind", Feature.Kind.class),
                in.textIfPresent("unit"),
                in.find("range").map(_ -> range(in.array("range").items())),
                in.word("transform", Feature.Transform.class),
                in.number("center"),
                in.number("scale"),
                in.find("count").isPresent() ? in.integer("count") : 1);
    }

    private static Feature.Range range(List<Json> bounds) {
        if (bounds.size() == 2
                && bounds.get(0) instanceof Json.Num(double min)
                && bounds.get(1) instanceof Json.Num(double max)) {
            return new Feature.Range(min, max);
        }
        throw new IllegalArgumentException("feature.range is not two numbers");
    }

    private static ModelSpec model(JsonFields in) {
        return switch (in.text("kind")) {
            case "logistic" ->
                    new ModelSpec.Logistic(
                            in.find("intercept").isPresent()
                                    ? OptionalDouble.of(in.number("intercept"))
                                    : OptionalDouble.empty());
            case "mlp" ->
                    new ModelSpec.Mlp(
                            in.array("hidden").items().stream().map(PlanJson::width).toList());
            default -> throw new IllegalArgumentException("model.kind is unknown");
        };
    }

    private static int width(Json json) {
        if (json instanceof Json.Num(double value) && value == (int) value) {
            return (int) value;
        }
        throw new IllegalArgumentException("model.hidden has an item that is no whole number");
    }
}
