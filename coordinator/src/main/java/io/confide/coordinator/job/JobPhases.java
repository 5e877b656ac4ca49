package io.confide.coordinator.job;

import static io.confide.coordinator.job.JobMachine.end;
import static io.confide.coordinator.job.JobMachine.fail;
import static io.confide.coordinator.job.JobMachine.stay;

import io.confide.common.model.SiteId;
import io.confide.coordinator.job.JobMachine.Step;
import io.confide.coordinator.job.JobState.AwaitingApproval;
import io.confide.coordinator.job.JobState.Completed;
import io.confide.coordinator.job.JobState.Epoch;
import io.confide.coordinator.job.JobState.KeySetup;
import io.confide.coordinator.job.JobState.Live;
import io.confide.coordinator.job.JobState.Patience;
import io.confide.coordinator.job.JobState.Running;
import io.confide.coordinator.job.JobState.Waiting;
import io.confide.coordinator.job.JobState.Withdrawing;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What each phase of a job does with what it waits for. */
final class JobPhases {
    private JobPhases() {}

    /** Starts when everybody here has decided; or, once enough permit, when the patience is over. */
    static Step approval(AwaitingApproval s) {
        var standing = s.standing();
        for (var group : standing.rules().groups()) {
            long denied = group.sites().stream().filter(standing::denied).count();
            if (group.sites().size() - denied < group.floor()) {
                return fail(s, JobSentences.denied(standing, group));
            }
        }
        if (!standing.isEnoughOfEveryGroup()) {
            return stay(new AwaitingApproval(standing, Patience.NOT_STARTED));
        }
        boolean allDecided =
                standing.connected().stream()
                        .allMatch(site -> standing.permitted(site) || standing.denied(site));
        if (allDecided || s.patience() == Patience.PASSED) {
            return setUp(standing, 1);
        }
        if (s.patience() == Patience.RUNNING) {
            return stay(s);
        }
        var waiting = standing.nextWait();
        return new Step(
                new AwaitingApproval(waiting, Patience.RUNNING),
                List.of(new JobEffect.StartPatience(waiting.waits())));
    }

    static Step patiencePassed(Live live) {
        return switch (live) {
            case AwaitingApproval s when s.patience() == Patience.RUNNING ->
                    approval(new AwaitingApproval(s.standing(), Patience.PASSED));
            case Waiting s -> fail(s, JobSentences.tooFew(s.standing()));
            case JobState.Resuming s -> resumed(s.standing().awaitingNobody(), s.keys(), 0);
            case Withdrawing s -> fail(s, s.failure().sentence());
            case AwaitingApproval _, KeySetup _, Running _, JobState.Paused _ -> stay(live);
        };
    }

    static Step waiting(Waiting s) {
        var step = advance(s.standing(), s.keys(), s.attempts(), Joiners.ADMITTED);
        return step.next() instanceof Waiting ? stay(s) : step;
    }

    static Step resuming(JobState.Resuming s) {
        return s.standing().awaited().isEmpty() ? resumed(s.standing(), s.keys(), 0) : stay(s);
    }

    /** Between rounds after a restart: what was in progress there is begun anew, with everybody who comes back in time. */
    static Step resumed(Standing standing, Keys keys, int attempts) {
        if (!standing.awaited().isEmpty()) {
            var waiting = standing.nextWait();
            return new Step(
                    new JobState.Resuming(waiting, keys),
                    List.of(new JobEffect.StartReturn(waiting.waits())));
        }
        boolean begun = standing.lastRound() > 0 || keys.current().number() > 0;
        return begun
                ? advance(standing, keys, attempts, Joiners.ADMITTED)
                : approval(new AwaitingApproval(standing, Patience.NOT_STARTED));
    }

    /** A site that stays away during the set-up is left out of the next attempt. */
    static Step gracePassed(KeySetup s, SiteId site) {
        boolean missed = s.sites().contains(site) && !s.standing().connected().contains(site);
        return missed ? retry(s, site + " lost its connection") : stay(s);
    }

    static Step epochReady(KeySetup s, JobEvent.EpochReady e) {
        if (s.standing().lastEpoch() != e.epoch()) {
            return stay(s);
        }
        var silent = new TreeSet<>(s.sites());
        silent.removeAll(e.accepted());
        var made = new Keys.Next.Ready(new Epoch(e.epoch(), e.accepted(), e.lastRound()));
        var standing = s.standing().forgetting(silent);
        return advance(standing, Keys.NONE.with(made), 0, Joiners.HELD_BACK);
    }

    /** Silent sites are left out until they connect anew: they would stall the next attempt as well. */
    static Step epochFailed(KeySetup s, JobEvent.EpochFailed e) {
        if (s.standing().lastEpoch() != e.epoch()) {
            return stay(s);
        }
        var standing = s.standing().forgetting(e.silent());
        return retry(new KeySetup(standing, s.sites(), s.attempt()), e.why());
    }

    /** Only people can say which of two sites is right, so the job ends here. */
    static Step epochBlocked(KeySetup s, JobEvent.EpochBlocked e) {
        return s.standing().lastEpoch() == e.epoch() ? fail(s, e.why()) : stay(s);
    }

    static Step roundDone(Running s, int tasks) {
        if (!s.standing().rules().isGrouped()) {
            return advance(s.standing().tasksDone(tasks), s.keys(), 0, Joiners.ADMITTED);
        }
        var turned = s.standing().resting(s.keys().current()).tasksDone(tasks);
        return advance(turned, Keys.of(turned.rested()), 0, Joiners.ADMITTED);
    }

    /** Worth the wait only if enough sites are here, or may still come back after a restart, that have shown nothing of the round. */
    static Step roundFailed(Running s, JobEvent.RoundFailed e) {
        var standing = s.standing().roundFailed();
        if (spent(standing)) {
            return over(standing);
        }
        var there = new TreeSet<>(standing.connected());
        there.addAll(standing.awaited());
        var able = new TreeSet<>(both(s.keys().current().members(), there));
        able.removeAll(e.revealed());
        if (standing.failures() > standing.rules().attemptsMax()
                || able.size() < standing.group().quorum()) {
            return fail(s, e.failure().sentence());
        }
        var waiting = standing.nextWait();
        return new Step(
                new Withdrawing(waiting, s.keys(), e.failure()),
                List.of(
                        new JobEffect.CollectAborts(e.round()),
                        new JobEffect.StartPatience(waiting.waits())));
    }

    /** The same task again. */
    static Step withdrawn(Withdrawing s) {
        return advance(s.standing(), s.keys(), 0, Joiners.ADMITTED);
    }

    /** New keys under the next epoch number, over whoever is here and permits now. */
    static Step retry(KeySetup s, String why) {
        if (s.attempt() >= s.standing().rules().attemptsMax()) {
            return fail(s, JobSentences.noKeys(s.attempt(), why));
        }
        if (s.standing().enough(s.standing().willing())) {
            return setUp(s.standing(), s.attempt() + 1);
        }
        return awaitAnswers(s);
    }

    /** Whoever was silent is asked again: a site that was only slow answers and comes back, one that hangs does not. */
    private static Step awaitAnswers(KeySetup s) {
        var standing = s.standing();
        var effects = new ArrayList<JobEffect>();
        effects.add(new JobEffect.AbandonEpoch());
        for (var site : standing.connected()) {
            if (!standing.answers().containsKey(site)) {
                effects.add(new JobEffect.OfferPlan(site));
            }
        }
        var step = await(standing, Keys.NONE, s.attempt());
        effects.addAll(step.effects());
        return new Step(step.next(), effects);
    }

    /**
     * Between rounds: the next round with the newest keys that enough sites have, new keys if there are none, or a wait.
     * {@code attempts} set-ups have failed in a row. The last attempt at a task is made with keys that no round has used,
     * without whoever is missing.
     */
    private static Step advance(Standing standing, Keys keys, int attempts, Joiners joiners) {
        if (standing.tasksDone() == standing.rules().tasks() || spent(standing)) {
            return over(standing);
        }
        if (standing.pausedBy().isPresent()) {
            return Pause.begin(standing, keys);
        }
        if (!standing.awaited().isEmpty()) {
            return resumed(standing, keys, attempts);
        }
        if (keys.next() instanceof Keys.Next.Ready(var epoch) && usable(standing, epoch)) {
            return startRound(standing, Keys.of(epoch), joiners);
        }
        boolean lastAttempt = standing.failures() >= standing.rules().attemptsMax();
        if (!lastAttempt
                && !isJoined(standing, keys, joiners)
                && usable(standing, keys.current())) {
            return startRound(standing, keys, joiners);
        }
        return standing.enough(standing.willing())
                ? newKeys(standing, keys, attempts + 1)
                : await(standing, keys, attempts);
    }

    /** Whether somebody of several groups has come who is not in the keys of its group: these are made before a round, not beside it. */
    private static boolean isJoined(Standing standing, Keys keys, Joiners joiners) {
        return standing.rules().isGrouped()
                && joiners == Joiners.ADMITTED
                && !keys.current().members().containsAll(standing.willing());
    }

    /** Whether no further round can be paid for: the last model is then what the job is worth. */
    private static boolean spent(Standing standing) {
        return standing.lastRound() >= standing.rules().roundsMax();
    }

    private static Step over(Standing standing) {
        return standing.tasksDone() > 0
                ? end(new Completed(standing.tasksDone()))
                : end(new JobState.Failed(0, JobSentences.spent(standing.lastRound())));
    }

    private static boolean usable(Standing standing, Epoch epoch) {
        return standing.enough(both(epoch.members(), standing.willing()))
                && standing.lastRound() < epoch.lastRound();
    }

    private static Step startRound(Standing standing, Keys keys, Joiners joiners) {
        var next = standing.nextRound();
        var epoch = keys.current();
        var effect =
                new JobEffect.StartRound(
                        epoch.number(),
                        next.lastRound(),
                        next.tasksDone(),
                        epoch.members(),
                        both(epoch.members(), next.willing()),
                        next.past());
        var step = new Step(new Running(next, keys), List.of(effect));
        return switch (joiners) {
            case ADMITTED -> Renewal.beside(step);
            case HELD_BACK -> step;
        };
    }

    /** The rounds wait for new keys: those that are being made already, if they are. */
    private static Step newKeys(Standing standing, Keys keys, int attempt) {
        return keys.next() instanceof Keys.Next.Making(var sites, _)
                ? new Step(new KeySetup(standing, sites, attempt), List.of())
                : setUp(standing, attempt);
    }

    private static Step setUp(Standing standing, int attempt) {
        var next = standing.nextEpoch();
        var sites = next.willing();
        int tasksLeft = next.rules().tasks() - next.tasksDone();
        var effect =
                new JobEffect.StartEpoch(next.lastEpoch(), sites, next.lastRound() + 1, tasksLeft);
        return new Step(new KeySetup(next, sites, attempt), List.of(effect));
    }

    private static Step await(Standing standing, Keys keys, int attempts) {
        var next = standing.nextWait();
        var effects = new ArrayList<JobEffect>();
        var kept = keys;
        if (keys.next() instanceof Keys.Next.Making(_, var failures)) {
            effects.add(new JobEffect.AbandonEpoch());
            kept = keys.with(new Keys.Next.Idle(failures));
        }
        effects.add(new JobEffect.StartPatience(next.waits()));
        return new Step(new Waiting(next, kept, attempts), effects);
    }

    private static SortedSet<SiteId> both(SortedSet<SiteId> one, SortedSet<SiteId> other) {
        var both = new TreeSet<>(one);
        both.retainAll(other);
        return both;
    }

    /** Whether new keys may be made beside the round. */
    private enum Joiners {
        ADMITTED,
        /** Right after a set-up: one round first, so that a flapping site cannot stall the job. */
        HELD_BACK
    }
}
