package io.confide.coordinator.driver;

import io.confide.common.metrics.EvaluationReport;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.ModelDetails.FoldView;
import io.confide.coordinator.port.ModelRecord;

import java.util.Optional;

/** What people see of one finished model. */
final class ModelPage {
    private final JobStore store;

    ModelPage(JobStore store) {
        this.store = store;
    }

    /** Empty if the job has made none. */
    Optional<ModelDetails> of(JobId job) {
        return store.model(job).map(record -> details(job, record));
    }

    private ModelDetails details(JobId job, ModelRecord record) {
        return new ModelDetails(
                record.model(),
                store.plan(job).flatMap(PlanPage::readable).map(Plan::release),
                record.versions(),
                record.sums(),
                record.evaluations().stream().map(ModelPage::fold).toList());
    }

    private static FoldView fold(ModelRecord.Evaluation evaluation) {
        return new FoldView(
                evaluation.round(),
                evaluation.task(),
                EvaluationReport.of(evaluation.sums()).numbers());
    }
}
