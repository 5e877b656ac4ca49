package io.confide.cli.demo;

import io.confide.common.files.JobFile;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.participant.baseline.Baselines;
import io.confide.participant.baseline.Comparison;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.djl.DjlTrainer;
import io.confide.participant.djl.TorchRuntime;
import io.confide.participant.port.LocalData;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a real consortium could never compute: every hospital's rows in one process, scored one by one. */
final class DemoComparison {
    private static final int SEED_BYTES = 16;

    private final DemoStudy study;
    private final DemoHome home;
    private final Plan plan;

    DemoComparison(DemoStudy study, DemoHome home) {
        this.study = study;
        this.home = home;
        // The baselines start from a model of their own, so any seed will do; the folds have theirs
        // in the job.
        plan =
                JobFile.parse(study.jobYaml())
                        .plan(
                                StudyFile.parse(study.studyYaml()),
                                study.colluders(),
                                Bytes.wrap(new byte[SEED_BYTES]));
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

    /** Compares the fold models in {@code folder} with training alone and with training on everything. */
    Comparison compare(Map<SiteId, LocalData> rows, Path folder) throws IOException {
        var models = new ArrayList<ModelState>();
        for (int fold = 0; fold < plan.evaluation().folds(); fold++) {
            models.add(FoldModel.read(folder.resolve("fold-" + fold + ".safetensors"), plan));
        }
        try (var trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1))) {
            return Baselines.compare(trainer, plan, rows, List.copyOf(models), study.europeans());
        }
    }
}
