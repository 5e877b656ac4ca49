package io.confide.cli.demo;

import io.confide.common.files.JobFile;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.privacy.PrivatePlanning;
import io.confide.participant.baseline.Baselines;
import io.confide.participant.baseline.Comparison;
import io.confide.participant.baseline.PrivateTrials;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.djl.DjlTrainer;
import io.confide.participant.djl.TorchRuntime;
import io.confide.participant.port.LocalData;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a real consortium could never compute: every hospital's rows in one process, scored one by one. */
final class DemoComparison {
    private static final int SEED_BYTES = 16;

    /** So many runs of a noisy job are averaged. */
    private static final int TRIALS = 10;

    private final DemoStudy study;
    private final DemoHome home;
    private final Plan plan;
    private final Plan comparison;

    DemoComparison(DemoStudy study, DemoHome home) {
        this.study = study;
        this.home = home;
        // The baselines start from a model of their own, so any seed will do; the folds have theirs
        // in the job.
        plan = plan(study.jobYaml());
        comparison = plan(study.comparisonYaml());
    }

    private Plan plan(String yaml) {
        return PrivatePlanning.plan(
                JobFile.parse(yaml),
                StudyFile.parse(study.studyYaml()),
                study.colluders(),
                Bytes.wrap(new byte[SEED_BYTES]));
    }

    /** The job's plan, but for its seed. */
    Plan plan() {
        return plan;
    }

    /** Every hospital's rows, bound as the hospital binds them. */
    Map<SiteId, LocalData> bind() {
        var rows = new LinkedHashMap<SiteId, LocalData>();
        for (var hospital : study.hospitals()) {
            rows.put(
                    hospital.site(),
                    DuckDbBinding.bind(
                            study.dataset(),
                            hospital.query(),
                            plan.study(),
                            home.site(hospital.site())));
        }
        return rows;
    }

    /**
     * Compares the job with training alone and with training on everything: by its fold models in {@code folder}, or, where
     * it has none because noise protects it, by running it again in this process.
     */
    Comparison compare(Map<SiteId, LocalData> rows, Path folder) throws IOException {
        var runs =
                switch (plan.guarantee()) {
                    case Guarantee.None _ -> List.of(foldModels(folder));
                    case Guarantee.RecordLevel records ->
                            PrivateTrials.run(
                                    plan,
                                    records,
                                    comparison.evaluation(),
                                    rows.values(),
                                    TRIALS,
                                    new SecureRandom());
                };
        try (var trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1))) {
            return Baselines.compare(trainer, comparison, rows, runs, study.europeans());
        }
    }

    private List<ModelState> foldModels(Path folder) throws IOException {
        var models = new ArrayList<ModelState>();
        for (int fold = 0; fold < plan.evaluation().folds(); fold++) {
            models.add(FoldModel.read(folder.resolve("fold-" + fold + ".safetensors"), plan));
        }
        return List.copyOf(models);
    }
}
