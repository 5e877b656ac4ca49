package io.confide.e2e;

import io.confide.common.governance.Actor;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.PlanCheck;
import io.confide.coordinator.port.Views.RoundView;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A desk at which nobody submits anything, and whose jobs are short. */
abstract class StillDesk implements JobDesk {
    @Override
    public final PlanCheck check(String jobYaml, String studyYaml) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final JobView submit(String jobYaml, String studyYaml, Actor actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final Optional<JobView> retry(JobId job, Actor actor) {
        throw new UnsupportedOperationException("no second job is scripted");
    }

    @Override
    public final List<JobView> jobList() {
        return jobs();
    }

    @Override
    public final List<JobView> jobsSince(Instant since) {
        return jobs();
    }

    @Override
    public final List<RoundView> rounds(JobId job) {
        return List.of();
    }

    @Override
    public final List<RoundView> rounds(JobId job, int last) {
        return List.of();
    }

    @Override
    public final List<ModelView> models() {
        return jobs().stream()
                .flatMap(job -> model(JobId.of(job.id())).stream())
                .map(ModelDetails::model)
                .toList();
    }

    @Override
    public final Optional<Bytes> modelState(Digest hash) {
        return Optional.empty();
    }

    @Override
    public final boolean hasEvents(JobId job, long after) {
        return !events(job, after).isEmpty();
    }

    @Override
    public final List<EventView> recent(JobId job, Recent which) {
        return events(job, which.after());
    }
}
