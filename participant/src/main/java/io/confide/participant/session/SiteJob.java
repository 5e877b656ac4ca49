package io.confide.participant.session;

import io.confide.common.governance.Action;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.Subject;
import io.confide.common.secagg.site.SiteLimits;
import io.confide.common.secagg.site.SiteProtocol;
import io.confide.common.secagg.site.SiteSetting;
import io.confide.common.wire.SiteBody;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * This site's part in one job: its verdict on the plan, its rows, and its side of the protocol. Driven by the session's
 * thread.
 */
final class SiteJob implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteJob.class);
    private static final int EPOCH_ROUNDS_MAX = 4096;
    private static final int CONFIG_BYTES_MAX = 64 << 10;
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    private final JobId id;
    private final Plan plan;
    private final Digest planHash;
    private final Surroundings surroundings;
    private final Outbox outbox;
    private final TrainingThread training;
    private final JobBudget budget;
    private Standing standing = new Standing.Binding();
    private Optional<SiteBody.PlanAnswer> lastAnswer = Optional.empty();
    private Optional<RoundTasks> rounds = Optional.empty();

    SiteJob(
            JobId id,
            Plan plan,
            Digest planHash,
            Surroundings surroundings,
            TrainingThread training) {
        this.id = id;
        this.plan = plan;
        this.planHash = planHash;
        this.surroundings = surroundings;
        this.outbox = new Outbox(surroundings.link(), surroundings.storage().egress());
        this.training = training;
        this.budget = JobBudget.of(id, plan, surroundings);
    }

    Digest planHash() {
        return planHash;
    }

    /** Starts to bind the rows; the answer to the plan follows when that is done. */
    void start() {
        training.bind(id, plan);
    }

    void on(SessionEvent.Finished event) {
        switch (event) {
            case SessionEvent.Bound(_, var data) -> {
                standing =
                        data.<Standing>map(Standing.Ready::new)
                                .orElseGet(
                                        () ->
                                                new Standing.Unbound(
                                                        "No dataset is bound to the study "
                                                                + plan.study().name()
                                                                + " at this site."));
                answerIfChanged();
            }
            case SessionEvent.BindingFailed(_, var reason) -> {
                LOG.error("event=bindingFailed job={} reason=\"{}\"", id, reason.getMessage());
                // What is wrong with the data is for this site's operator alone.
                standing =
                        new Standing.Unbound(
                                "The dataset for the study "
                                        + plan.study().name()
                                        + " does not meet the dictionary; this site's operator sees"
                                        + " why in its log.");
                answerIfChanged();
            }
            case SessionEvent.ModelFetched _,
                    SessionEvent.Trained _,
                    SessionEvent.Unpaid _,
                    SessionEvent.Abandoned _,
                    SessionEvent.InputUploaded _ ->
                    rounds.ifPresent(tasks -> tasks.on(event));
            case SessionEvent.WorkFailed failed -> workFailed(failed);
        }
    }

    void on(CoordinatorMessage message) {
        if (message instanceof CoordinatorMessage.Proposal && rounds.isEmpty()) {
            rounds = enter();
        }
        if (rounds.isEmpty()) {
            outbox.declined(
                    id,
                    Subject.of(message),
                    message instanceof CoordinatorMessage.Proposal ? "K1" : "K24");
            return;
        }
        rounds.get().on(message);
    }

    /** The steward's files have changed. */
    void reconsider() {
        rounds.filter(tasks -> !surroundings.gate().roster().equals(Optional.of(tasks.roster())))
                .ifPresent(
                        tasks -> {
                            tasks.close();
                            rounds = Optional.empty();
                        });
        answerIfChanged();
        if (!isPermitted()) {
            rounds.ifPresent(RoundTasks::veto);
            budget.release();
        }
    }

    /** Sends the present verdict even if it was sent before. */
    void answerAgain() {
        lastAnswer = Optional.empty();
        answerIfChanged();
    }

    @Override
    public void close() {
        rounds.ifPresent(RoundTasks::close);
        rounds = Optional.empty();
        budget.release();
    }

    private void answerIfChanged() {
        if (standing instanceof Standing.Binding) {
            return;
        }
        var answer = judge();
        if (!lastAnswer.equals(Optional.of(answer))) {
            LOG.info("event=planAnswered job={} verdict={}", id, answer.verdict());
            lastAnswer = Optional.of(answer);
            outbox.answer(answer);
        }
    }

    private boolean isPermitted() {
        return lastAnswer
                .filter(answer -> answer.verdict() == SiteBody.Verdict.PERMITTED)
                .isPresent();
    }

    private SiteBody.PlanAnswer judge() {
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
        return switch (decide(Action.START_TRAINING, roster.size())) {
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

    private boolean permitsRound(int cohort) {
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

    private Target.Work work(int cohort) {
        return new Target.Work(plan, planHash, cohort);
    }

    /** Makes this site's side of the protocol, if the plan is permitted as things are now. */
    private Optional<RoundTasks> enter() {
        var roster = surroundings.gate().roster();
        if (roster.isEmpty() || !(standing instanceof Standing.Ready(var data)) || !isPermitted()) {
            return Optional.empty();
        }
        var codecs = new PlanCodecs(plan, roster.get().size());
        var rules = new PlanRules(plan, planHash, codecs, this::permitsRound);
        var protocol = new SiteProtocol(setting(roster.get(), codecs, rules));
        return Optional.of(
                new RoundTasks(
                        new RoundTasks.Contract(
                                id,
                                plan,
                                roster.get(),
                                codecs,
                                rules,
                                InputMaker.of(id, plan, surroundings)),
                        protocol,
                        data,
                        outbox,
                        training));
    }

    private SiteSetting setting(Roster roster, PlanCodecs codecs, PlanRules rules) {
        var limits =
                new SiteLimits(
                        EPOCH_ROUNDS_MAX,
                        Duration.ofSeconds(plan.aggregation().roundSeconds()).plus(CLOCK_SKEW),
                        surroundings.gate().minimumIncluded(work(roster.size())),
                        CONFIG_BYTES_MAX,
                        SecAggPolicy.COMPLETE_SITES_MAX,
                        surroundings.gate().minimumDifference(work(roster.size())));
        var who = surroundings.who();
        return new SiteSetting(
                id,
                roster.indexOf(who.site()).orElseThrow(),
                who.key(),
                roster,
                codecs.hash(),
                codecs.manifest().hash(),
                limits,
                new SiteSetting.Ports(
                        surroundings.storage().records(), rules, who.random(), who.clock()));
    }

    private void workFailed(SessionEvent.WorkFailed failed) {
        if (standing instanceof Standing.Binding) {
            LOG.error("event=bindingFailed job={}", id, failed.cause());
            standing =
                    new Standing.Unbound(
                            "The dataset could not be read; this site's operator sees why in its"
                                    + " log.");
            answerIfChanged();
        } else {
            rounds.ifPresent(tasks -> tasks.on(failed));
        }
    }
}
