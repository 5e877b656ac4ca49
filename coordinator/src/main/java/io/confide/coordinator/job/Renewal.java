package io.confide.coordinator.job;

import static io.confide.coordinator.job.JobMachine.stay;

import io.confide.coordinator.job.JobMachine.Step;
import io.confide.coordinator.job.JobState.Epoch;
import io.confide.coordinator.job.JobState.Live;
import io.confide.coordinator.job.JobState.Running;
import io.confide.coordinator.job.Keys.Next;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * Makes the keys of the next epoch beside the rounds of the current one. The keys of a group of several are made between
 * rounds: while they would be made, it is another group's turn.
 */
final class Renewal {
    /** With so few rounds left new keys are made, if the job has more to do. */
    static final int ROUNDS_AHEAD = 64;

    private Renewal() {}

    /** {@code step}, and a key set-up beside its round if one is due. */
    static Step beside(Step step) {
        if (!(step.next() instanceof Running s)
                || s.standing().rules().isGrouped()
                || !(s.keys().next() instanceof Next.Idle(var failures))
                || !isDue(s)
                || failures >= s.standing().rules().attemptsMax()) {
            return step;
        }
        var standing = s.standing().nextEpoch();
        var sites = standing.willing();
        var effects = new ArrayList<>(step.effects());
        // The round in progress is not theirs any more: they begin with the one after it.
        effects.add(
                new JobEffect.StartEpoch(
                        standing.lastEpoch(),
                        sites,
                        standing.lastRound() + 1,
                        standing.rules().tasks() - standing.tasksDone()));
        var keys = s.keys().with(new Next.Making(sites, failures));
        return new Step(new Running(standing, keys), effects);
    }

    /** Somebody has come who is in no epoch yet, or the keys will not last; before a pause nothing is begun. */
    private static boolean isDue(Running s) {
        var standing = s.standing();
        var current = s.keys().current();
        var willing = standing.willing();
        long roundsLeft = current.lastRound() - standing.lastRound();
        int tasksLeft = standing.rules().tasks() - standing.tasksDone() - 1;
        boolean joined = !current.members().containsAll(willing);
        boolean runsOut = roundsLeft < Math.min(tasksLeft, ROUNDS_AHEAD);
        boolean goesOn = tasksLeft > 0 && standing.pausedBy().isEmpty();
        return goesOn && (joined || runsOut) && standing.enough(willing);
    }

    /** A set-up beside the rounds is given up when one of its sites withdraws its permission or starts anew. */
    static Step settle(Live live) {
        var standing = live.standing();
        if (live.keys().next() instanceof Next.Making(var sites, var failures)
                && !standing.permitted(sites)) {
            var idle = live.withKeys(live.keys().with(new Next.Idle(failures + 1)));
            return new Step(idle, List.of(new JobEffect.AbandonEpoch()));
        }
        return stay(live);
    }

    /** The next round changes to the new keys. Sites that stayed silent and have no keys at all are asked no more. */
    static Live ready(Live live, JobEvent.EpochReady e) {
        if (!(live.keys().next() instanceof Next.Making(var sites, _))
                || live.standing().lastEpoch() != e.epoch()) {
            return live;
        }
        var silent = new TreeSet<>(sites);
        silent.removeAll(e.accepted());
        silent.removeAll(live.keys().current().members());
        var ready = new Next.Ready(new Epoch(e.epoch(), e.accepted(), e.lastRound()));
        return live.with(live.standing().forgetting(silent)).withKeys(live.keys().with(ready));
    }

    /** The rounds go on with the keys there are; whoever has none and stayed silent is left out until it connects anew. */
    static Live failed(Live live, JobEvent.EpochFailed e) {
        if (!(live.keys().next() instanceof Next.Making(_, var failures))
                || live.standing().lastEpoch() != e.epoch()) {
            return live;
        }
        var silent = new TreeSet<>(e.silent());
        silent.removeAll(live.keys().current().members());
        return live.with(live.standing().forgetting(silent))
                .withKeys(live.keys().with(new Next.Idle(failures + 1)));
    }

    /** As {@link #failed}: the keys there are have nothing to do with complaints about new ones. */
    static Live blocked(Live live, JobEvent.EpochBlocked e) {
        return failed(
                live, new JobEvent.EpochFailed(e.epoch(), Collections.emptySortedSet(), e.why()));
    }
}
