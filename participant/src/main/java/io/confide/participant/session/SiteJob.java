package io.confide.participant.session;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.secagg.site.SiteProtocol;
import io.confide.common.wire.SiteBody;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/**
 * This site's part in one job: its verdict on the plan, its rows, and its side of the protocol. Driven by the session's
 * thread.
 */
final class SiteJob implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteJob.class);

    private final JobId id;
    private final Plan plan;
    private final Digest planHash;
    private final Surroundings surroundings;
    private final Outbox outbox;
    private final TrainingThread training;
    private final JobBudget budget;
    private final PlanVerdict verdict;
    private Standing standing = new Standing.Binding();
    private Optional<SiteBody.PlanAnswer> lastAnswer = Optional.empty();
    private Optional<RoundTasks> rounds = Optional.empty();
    private Optional<CoordinatorMessage> beforeVerdict = Optional.empty();

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
        this.verdict = new PlanVerdict(id, plan, planHash, surroundings, budget);
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
        boolean recorded = isOfRecordedRound(message);
        if (rounds.isEmpty() && recorded && standing instanceof Standing.Binding) {
            // What was recorded leaves once the plan is permitted again, or never.
            beforeVerdict = Optional.of(message);
            return;
        }
        if (recorded && message instanceof CoordinatorMessage.Open && !isPermitted()) {
            // Also where the protocol was entered while the plan was still permitted.
            outbox.declined(id, Subject.of(message), "K24");
            return;
        }
        if (rounds.isEmpty() && (recorded || message instanceof CoordinatorMessage.Proposal)) {
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

    /** Whether it asks for an upload that another process of this site recorded, or tells how that round ended. */
    private boolean isOfRecordedRound(CoordinatorMessage message) {
        boolean isAbout =
                message instanceof CoordinatorMessage.Open
                        || message instanceof CoordinatorMessage.Result;
        return isAbout
                && Subject.of(message) instanceof Subject.Round(var round)
                && surroundings.storage().records().pending(id, round).isPresent();
    }

    /** The steward's files have changed. */
    void reconsider() {
        rounds.filter(tasks -> !verdict.summedOver().equals(Optional.of(tasks.roster())))
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
        var answer = verdict.of(standing);
        if (!lastAnswer.equals(Optional.of(answer))) {
            LOG.info("event=planAnswered job={} verdict={}", id, answer.verdict());
            lastAnswer = Optional.of(answer);
            outbox.answer(answer);
        }
        var waiting = beforeVerdict;
        beforeVerdict = Optional.empty();
        waiting.ifPresent(this::on);
    }

    private boolean isPermitted() {
        return lastAnswer
                .filter(answer -> answer.verdict() == SiteBody.Verdict.PERMITTED)
                .isPresent();
    }

    /** Makes this site's side of the protocol, if the plan is permitted as things are now. */
    private Optional<RoundTasks> enter() {
        var roster = verdict.summedOver();
        if (roster.isEmpty() || !(standing instanceof Standing.Ready(var data)) || !isPermitted()) {
            return Optional.empty();
        }
        var codecs = new PlanCodecs(plan, roster.get().size());
        var rules = new PlanRules(plan, planHash, codecs, verdict::permitsRound);
        var protocol =
                new SiteProtocol(
                        SiteSettings.of(
                                id,
                                roster.get(),
                                verdict.work(roster.get().size()),
                                surroundings,
                                codecs,
                                rules));
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
