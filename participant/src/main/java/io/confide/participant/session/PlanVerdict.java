package io.confide.participant.session;

import io.confide.common.governance.Action;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;
import io.confide.common.wire.SiteBody;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Optional;

/** What this site says of the plan of one job, as its data, its roster, its policy and its budget are now. */
final class PlanVerdict {
    private static final Logger LOG = LoggerFactory.getLogger(PlanVerdict.class);

    private final JobId id;
    private final Plan plan;
    private final Digest planHash;
    private final Surroundings surroundings;
    private final JobBudget budget;

    PlanVerdict(JobId id, Plan plan, Digest planHash, Surroundings surroundings, JobBudget budget) {
        this.id = id;
        this.plan = plan;
        this.planHash = planHash;
        this.surroundings = surroundings;
        this.budget = budget;
    }

    SiteBody.PlanAnswer of(Standing standing) {
        return switch (standing) {
            case Standing.Binding _ -> throw new IllegalStateException("nothing is bound yet");
            case Standing.Unbound(var reason) -> answer(SiteBody.Verdict.DENIED, List.of(reason));
            case Standing.Ready _ ->
                    surroundings
                            .gate()
                            .roster()
                            .map(this::judge)
                            .orElseGet(
                                    () ->
                                            answer(
                                                    SiteBody.Verdict.PENDING_APPROVAL,
                                                    List.of(
                                                            "This site has not approved the"
                                                                + " consortium's roster: confide"
                                                                + " participant approve --roster"
                                                                + " FILE.")));
        };
    }

    private SiteBody.PlanAnswer judge(Roster roster) {
        var index = roster.indexOf(surroundings.who().site());
        if (index.isEmpty()
                || !roster.member(index.getAsInt())
                        .key()
                        .equals(surroundings.who().key().publicKey())) {
            return answer(
                    SiteBody.Verdict.DENIED,
                    List.of(
                            "The roster that this site approved does not name it with its identity"
                                    + " key."));
        }
        return summedOver()
                .map(over -> judge(over.size()))
                .orElseGet(
                        () ->
                                answer(
                                        SiteBody.Verdict.DENIED,
                                        List.of(
                                                "The roster that this site approved has too few"
                                                        + " sites for the groups of the plan.")));
    }

    private SiteBody.PlanAnswer judge(int cohort) {
        return switch (decide(Action.START_TRAINING, cohort)) {
            case Verdict.Permit _ -> budget.reserve().map(this::exhausted).orElseGet(this::permit);
            case Verdict.Deny deny ->
                    answer(
                            deny.onlyApprovalMissing()
                                    ? SiteBody.Verdict.PENDING_APPROVAL
                                    : SiteBody.Verdict.DENIED,
                            deny.sentences());
        };
    }

    private SiteBody.PlanAnswer permit() {
        return answer(SiteBody.Verdict.PERMITTED, List.of());
    }

    /** The coordinator is told the word alone; how much is left is nobody's business but this site's. */
    private SiteBody.PlanAnswer exhausted(String why) {
        LOG.warn("event=budgetExhausted job={} reason=\"{}\"", id, why);
        return answer(SiteBody.Verdict.DENIED, List.of(RoundTasks.BUDGET_EXHAUSTED));
    }

    private SiteBody.PlanAnswer answer(SiteBody.Verdict verdict, List<String> reasons) {
        return new SiteBody.PlanAnswer(id, planHash, verdict, reasons);
    }

    private Verdict decide(Action action, int cohort) {
        return surroundings
                .gate()
                .decide(action, work(cohort), surroundings.work().data().datasets());
    }

    /** Whether a round over so many sites may be opened. */
    boolean permitsRound(int cohort) {
        return switch (decide(Action.OPEN_ROUND, cohort)) {
            case Verdict.Permit _ -> true;
            case Verdict.Deny deny -> {
                LOG.warn(
                        "event=roundNotPermitted job={} reasons=\"{}\"",
                        id,
                        String.join(" ", deny.sentences()));
                yield false;
            }
        };
    }

    /** The sites among whose inputs this site's are summed: those of the roster, or of its group. */
    Optional<Roster> summedOver() {
        var site = surroundings.who().site();
        return surroundings
                .gate()
                .roster()
                .flatMap(pinned -> Partition.around(site, pinned, plan.aggregation().groups()));
    }

    Target.Work work(int cohort) {
        return new Target.Work(plan, planHash, cohort);
    }
}
