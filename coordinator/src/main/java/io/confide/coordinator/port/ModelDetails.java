package io.confide.coordinator.port;

import io.confide.common.model.Plan;
import io.confide.coordinator.port.Views.ModelView;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a finished model comes from and what is known of it. Every number is over all sites of a sum together.
 *
 * @param release what its plan lets leave; empty if another version kept the plan
 * @param evaluations of the models of single folds, in order
 */
public record ModelDetails(
        ModelView model,
        Optional<Plan.Release> release,
        List<ModelRecord.Version> versions,
        ModelRecord.Sums sums,
        List<FoldView> evaluations) {
    /** @param metrics of the rows of this fold alone */
    public record FoldView(long round, String task, Map<String, Double> metrics) {}
}
