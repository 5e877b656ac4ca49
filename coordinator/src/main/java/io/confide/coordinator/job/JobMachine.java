package io.confide.coordinator.job;

import io.confide.common.model.SiteId;
import io.confide.coordinator.job.JobEvent.Session;
import io.confide.coordinator.job.JobState.AwaitingApproval;
import io.confide.coordinator.job.JobState.Completed;
import io.confide.coordinator.job.JobState.Failed;
import io.confide.coordinator.job.JobState.KeySetup;
import io.confide.coordinator.job.JobState.Live;
import io.confide.coordinator.job.JobState.Patience;
import io.confide.coordinator.job.JobState.Running;
import io.confide.coordinator.job.JobState.Waiting;
import io.confide.coordinator.job.JobState.Withdrawing;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** The life of a job as a pure function: approval, key set-up, one round after the other, and its end. */
public final class JobMachine {
    private JobMachine() {}

    /** The next state, and the work that follows from having reached it. */
    public record Step(JobState next, List<JobEffect> effects) {
        public Step {
            effects = List.copyOf(effects);
        }
    }

    /** A submitted job: the plan goes to every roster site that is connected. */
    public static Step start(JobRules rules, SortedSet<SiteId> connected) {
        var standing = Standing.atStart(rules, connected);
        var effects = new ArrayList<JobEffect>();
        standing.connected().forEach(site -> effects.add(new JobEffect.OfferPlan(site)));
        return new Step(new AwaitingApproval(standing, Patience.NOT_STARTED), effects);
    }

    /** Where a job stood when the coordinator stopped. */
    public sealed interface Left {
        /** In the round {@code standing.lastRound}, which goes on. */
        record InRound() implements Left {}

        /** That round had failed and was not given up by enough sites. */
        record InWithdrawal(RoundFailure failure) implements Left {}

        /** In no round. */
        record Between() implements Left {}
    }

    /**
     * A job that a restarted coordinator takes up; no site is connected to it yet, and {@code standing.awaited} may come back. A
     * key set-up in progress is given up: its number is used, and what the sites answered in it is gone.
     */
    public static Step resume(Standing standing, Keys keys, Left left) {
        return switch (left) {
            case Left.InRound _ -> stay(new Running(standing, keys));
            case Left.InWithdrawal(var failure) -> {
                var waiting = standing.nextWait();
                yield new Step(
                        new Withdrawing(waiting, keys, failure),
                        List.of(
                                new JobEffect.CollectAborts(waiting.lastRound()),
                                new JobEffect.StartReturn(waiting.waits())));
            }
            case Left.Between _ ->
                    standing.pausedBy().isPresent()
                            ? Pause.begin(standing, keys)
                            : JobPhases.resumed(standing, keys, 0);
        };
    }

    /**
     * Total: an event that comes late, twice or from outside the roster changes nothing; an ended job
     * stays.
     */
    public static Step step(JobState state, JobEvent event) {
        return switch (state) {
            case Live live -> live(live, event);
            case Completed _, Failed _, JobState.Cancelled _ -> stay(state);
        };
    }

    private static Step live(Live live, JobEvent event) {
        var standing = live.standing();
        return switch (event) {
            case JobEvent.FromSite e when !standing.rules().has(e.site()) -> stay(live);
            case JobEvent.SiteArrived(var site, var session) -> arrived(live, site, session);
            case JobEvent.SiteGone(var site) -> settle(live.with(standing.without(site)));
            case JobEvent.GracePassed(var site) ->
                    live instanceof KeySetup s ? JobPhases.gracePassed(s, site) : stay(live);
            case JobEvent.PlanAnswered(var site, var answer) ->
                    settle(live.with(standing.answered(site, answer)));
            case JobEvent.PatiencePassed(var wait) ->
                    wait == standing.waits() ? JobPhases.patiencePassed(live) : stay(live);
            case JobEvent.EpochReady e ->
                    live instanceof KeySetup s
                            ? JobPhases.epochReady(s, e)
                            : changed(live, Renewal.ready(live, e));
            case JobEvent.EpochFailed e ->
                    live instanceof KeySetup s
                            ? JobPhases.epochFailed(s, e)
                            : changed(live, Renewal.failed(live, e));
            case JobEvent.EpochBlocked e ->
                    live instanceof KeySetup s
                            ? JobPhases.epochBlocked(s, e)
                            : changed(live, Renewal.blocked(live, e));
            case JobEvent.SumFixed(var included) -> stay(live.with(standing.summed(included)));
            case JobEvent.RoundDone(var round, var spared) ->
                    inRound(live, round)
                            ? JobPhases.roundDone((Running) live, 1 + spared)
                            : stay(live);
            case JobEvent.RoundFailed e ->
                    inRound(live, e.round())
                            ? JobPhases.roundFailed((Running) live, e)
                            : stay(live);
            case JobEvent.RoundWithdrawn(var round) ->
                    live instanceof Withdrawing s && s.standing().lastRound() == round
                            ? JobPhases.withdrawn(s)
                            : stay(live);
            case JobEvent.CancelRequested(var actor) ->
                    end(new JobState.Cancelled(standing.tasksDone(), actor));
            case JobEvent.PauseRequested(var actor) -> Pause.asked(live, actor);
            case JobEvent.ResumeRequested _ -> Pause.lifted(live);
            case JobEvent.Broken(var sentence) -> fail(live, sentence);
        };
    }

    private static boolean inRound(Live live, long round) {
        return live instanceof Running s && s.standing().lastRound() == round;
    }

    /** A new process has neither plan nor keys, so it decides again and waits for the next epoch. */
    private static Step arrived(Live live, SiteId site, Session session) {
        var here = live.standing().with(site);
        if (session == Session.RETURNED) {
            return offering(site, settle(live.with(here)));
        }
        if (session == Session.RESUMED && here.answers().containsKey(site)) {
            return settle(live.with(here));
        }
        return offering(site, settle(live.with(here.forgetting(site)).forgettingKeys(site)));
    }

    private static Step offering(SiteId site, Step step) {
        var effects = new ArrayList<JobEffect>();
        effects.add(new JobEffect.OfferPlan(site));
        effects.addAll(step.effects());
        return new Step(step.next(), effects);
    }

    private static Step changed(Live before, Live after) {
        return after.equals(before) ? stay(before) : settle(after);
    }

    /** What follows from who is here and who permits, in the phases that wait for exactly that. */
    static Step settle(Live live) {
        return switch (live) {
            case AwaitingApproval s -> JobPhases.approval(s);
            case Waiting s -> JobPhases.waiting(s);
            case JobState.Resuming s -> JobPhases.resuming(s);
            case KeySetup s -> s.standing().permitted(s.sites()) ? stay(s) : JobPhases.retry(s, "");
            case Running s -> Renewal.beside(Renewal.settle(s));
            case Withdrawing s -> Renewal.settle(s);
            case JobState.Paused s -> stay(s);
        };
    }

    static Step fail(Live live, String sentence) {
        return end(new Failed(live.standing().tasksDone(), sentence));
    }

    static Step stay(JobState state) {
        return new Step(state, List.of());
    }

    static Step end(JobState end) {
        return new Step(end, List.of(new JobEffect.Finish(end)));
    }
}
