package io.confide.coordinator.driver;

import io.confide.common.artifact.ModelCard;
import io.confide.common.artifact.ModelFacts;
import io.confide.common.artifact.ModelManifest;
import io.confide.common.artifact.Safetensors;
import io.confide.common.model.Bytes;
import io.confide.common.model.Fold;
import io.confide.common.model.Plan;
import io.confide.coordinator.port.LogEntry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.TreeMap;

/** The files that a completed job leaves: as many as its plan releases. */
final class Artifacts {
    static final String MODEL = "model.safetensors";
    static final String MANIFEST = "manifest.json";
    static final String CARD = "card.md";
    static final String METRICS = "metrics.json";

    private Artifacts() {}

    /** What has to be released for somebody to read {@code name}. */
    static Plan.Release reveals(String name) {
        return name.endsWith(".safetensors") ? Plan.Release.WEIGHTS : Plan.Release.METRICS;
    }

    /** Returns the files of the final model and of every fold's. */
    static LogEntry.ArtifactsMade of(
            JobFacts facts, ModelHistory models, ModelFacts.Cohort cohort, Instant now) {
        var plan = facts.plan();
        var last =
                new ModelFacts(
                        facts.job(),
                        plan,
                        models.newest(new Fold.All()),
                        now,
                        cohort,
                        models.report());
        var files = new TreeMap<String, Bytes>();
        if (plan.release() == Plan.Release.WEIGHTS) {
            files.put(MODEL, Safetensors.bytes(last.tensors()));
            for (int fold = 0; fold < plan.evaluation().folds(); fold++) {
                var held =
                        new ModelFacts(
                                facts.job(),
                                plan,
                                models.newest(new Fold.Held(fold)),
                                now,
                                cohort,
                                models.report());
                files.put("fold-" + fold + ".safetensors", Safetensors.bytes(held.tensors()));
            }
        }
        if (plan.release().compareTo(Plan.Release.METRICS) >= 0) {
            files.put(CARD, Bytes.wrap(ModelCard.markdown(last).getBytes(StandardCharsets.UTF_8)));
            files.put(METRICS, ModelManifest.metricsBytes(last));
            files.put(MANIFEST, ModelManifest.bytes(last, files));
        }
        return new LogEntry.ArtifactsMade(last.model().hash(), now, files);
    }
}
