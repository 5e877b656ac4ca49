package io.confide.coordinator.driver;

import io.confide.common.metrics.EvaluationReport;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.ModelDetails.FoldView;
import io.confide.coordinator.port.ModelRecord;
import io.confide.coordinator.port.ModelRecord.Evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
                folds(record.evaluations()));
    }

    /** Groups that are summed apart evaluate the same fold one after the other, each over its own sites. */
    static List<FoldView> folds(List<Evaluation> evaluations) {
        var byTask = new LinkedHashMap<String, List<Evaluation>>();
        for (var evaluation : evaluations) {
            byTask.computeIfAbsent(evaluation.task(), _ -> new ArrayList<>()).add(evaluation);
        }
        return byTask.values().stream().map(ModelPage::fold).toList();
    }

    private static FoldView fold(List<Evaluation> ofGroups) {
        var sums = ofGroups.stream().map(Evaluation::sums).toList();
        return new FoldView(
                ofGroups.getLast().round(),
                ofGroups.getLast().task(),
                EvaluationReport.of(EvaluationReport.pool(sums)).numbers());
    }
}
