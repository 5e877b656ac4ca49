package io.confide.common.artifact;

import io.confide.common.files.Json;
import io.confide.common.files.JsonText;
import io.confide.common.files.PlanJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Guarantee;

import java.util.Map;
import java.util.SortedMap;

/** {@code manifest.json}: what the model is, what it was made by, and the hash of every file beside it. */
public final class ModelManifest {
    private ModelManifest() {}

    /**
     * Canonical JSON; the same facts give the same bytes.
     *
     * @param files contents by file name
     */
    public static Bytes bytes(ModelFacts facts, SortedMap<String, Bytes> files) {
        Json.Obj hashes = Json.object();
        for (Map.Entry<String, Bytes> file : files.entrySet()) {
            hashes = hashes.with(file.getKey(), Digest.of(file.getValue()).hex());
        }
        Json.Obj manifest =
                Json.object()
                        .with("format", "confide-manifest-1")
                        .with("job", facts.job().toString())
                        .with("created", facts.created().toString())
                        .with("planHash", facts.planHash().hex())
                        .with("plan", JsonText.parse(PlanJson.bytes(facts.plan())))
                        .with("modelHash", facts.model().hash().hex())
                        .with("architectureHash", facts.parameters().hash().hex())
                        .with("parameters", JsonText.parse(facts.parameters().bytes()))
                        .with("synthetic", new Json.Bool(facts.synthetic()))
                        .with("differentialPrivacy", new Json.Bool(isPrivate(facts)))
                        .with("aggregation", aggregation(facts.cohort()))
                        .with("metrics", metrics(facts))
                        .with("files", hashes);
        return switch (facts.plan().guarantee()) {
            case Guarantee.None _ -> manifest.bytes();
            case Guarantee.RecordLevel terms ->
                    manifest.with("privacy", GuaranteeFacts.of(facts, terms).json()).bytes();
        };
    }

    private static boolean isPrivate(ModelFacts facts) {
        return switch (facts.plan().guarantee()) {
            case Guarantee.None _ -> false;
            case Guarantee.RecordLevel _ -> true;
        };
    }

    /** {@code metrics.json}: the out-of-fold numbers with the calibration table. */
    public static Bytes metricsBytes(ModelFacts facts) {
        return metrics(facts).bytes();
    }

    private static Json.Obj aggregation(ModelFacts.Cohort cohort) {
        return Json.object()
                .with("kind", "secure")
                .with("sites", cohort.sites())
                .with("threshold", cohort.threshold())
                .with("rounds", cohort.rounds())
                .with("leastIncluded", cohort.leastIncluded());
    }

    private static Json.Obj metrics(ModelFacts facts) {
        Json.Obj json = Json.object();
        if (facts.evaluation().isEmpty()) {
            return json;
        }
        var report = facts.evaluation().get();
        for (Map.Entry<String, Double> number : report.numbers().entrySet()) {
            json = json.with(number.getKey(), number.getValue());
        }
        return json.with(
                "calibration",
                new Json.Arr(
                        report.calibration().bins().stream()
                                .<Json>map(
                                        bin ->
                                                Json.object()
                                                        .with("rows", bin.rows())
                                                        .with("scoreSum", bin.scoreSum())
                                                        .with("positives", bin.positives()))
                                .toList()));
    }
}
