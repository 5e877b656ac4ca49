package io.confide.coordinator.driver;

import io.confide.common.files.PlanJson;
import io.confide.common.model.JobId;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.Views.JobView;

import java.util.Optional;

/** A job as its plan and its roster were kept when it was submitted. */
public record KeptPlan(JobStore store, JobView view) {
    /**
     * What never changes in its life; empty if a version before kept too little.
     *
     * @throws IllegalArgumentException or IllegalStateException if another version kept it otherwise
     */
    public Optional<JobFacts> facts() {
        var job = JobId.of(view.id());
        var roster = store.roster(job).flatMap(Roster::parse);
        return store.plan(job)
                .flatMap(
                        plan ->
                                roster.map(
                                        members ->
                                                JobFacts.of(
                                                        job,
                                                        PlanJson.parse(plan),
                                                        members,
                                                        view.owner())));
    }
}
