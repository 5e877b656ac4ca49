package io.confide.coordinator.driver;

import io.confide.common.model.JobId;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.round.PastSums;

import java.util.Optional;

/** Proofs of rounds that have ended, from what is kept of them and of their jobs. */
final class Proofs {
    private final JobStore store;

    Proofs(JobStore store) {
        this.store = store;
    }

    /** Empty if there is no such job, or the round has not ended. */
    Optional<RoundEvidence> of(JobId job, long round) {
        return store.job(job)
                .flatMap(
                        view ->
                                store.round(job, round)
                                        .map(
                                                record ->
                                                        RoundProof.of(
                                                                view, record, kept(view, round))));
    }

    private RoundProof.Kept kept(JobView view, long round) {
        var job = JobId.of(view.id());
        var known = store.roster(job).flatMap(Roster::parse);
        if (known.isEmpty()) {
            return new RoundProof.Kept.Nothing();
        }
        return store.plan(job)
                .flatMap(PlanPage::readable)
                .map(plan -> JobFacts.of(job, plan, known.get(), view.owner()))
                .<RoundProof.Kept>map(facts -> new RoundProof.Kept.Rules(facts, past(facts, round)))
                .orElseGet(() -> new RoundProof.Kept.Keys(known.get()));
    }

    /** Earlier sums are read only where they decide: without a least difference every sum is permitted. */
    private PastSums past(JobFacts facts, long round) {
        var past = PastSums.none(facts.jobRules().leastApart());
        if (past.leastApart() == 1) {
            return past;
        }
        for (var sum : store.sumsBefore(facts.job(), round)) {
            past = past.with(sum);
        }
        return past;
    }
}
