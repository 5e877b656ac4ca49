package io.confide.coordinator.job;

import io.confide.common.model.SiteId;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where a job is.
 *
 * <pre>
 * AwaitingApproval → KeySetup ⇄ Running ⇄ Withdrawing
 *        │              ⇅   ⇅ Waiting └───→ Completed
 *        └──────────────┴────────────────→ Failed | Cancelled
 *
 * between two rounds, when somebody asks: → Paused → AwaitingApproval | KeySetup | Running | Waiting
 * after a restart: Resuming → AwaitingApproval | KeySetup | Running | Waiting
 * </pre>
 */
public sealed interface JobState {
    /** A job that has not ended. */
    sealed interface Live extends JobState {
        Standing standing();

        /** The same phase with another standing. */
        default Live with(Standing standing) {
            return switch (this) {
                case AwaitingApproval s -> new AwaitingApproval(standing, s.patience());
                case KeySetup s -> new KeySetup(standing, s.sites(), s.attempt());
                case Running s -> new Running(standing, s.keys());
                case Withdrawing s -> new Withdrawing(standing, s.keys(), s.failure());
                case Waiting s -> new Waiting(standing, s.keys(), s.attempts());
                case Resuming s -> new Resuming(standing, s.keys());
                case Paused s -> new Paused(standing, s.keys());
            };
        }

        /** The same phase when the process that held the epoch's keys of {@code site} is gone. */
        default Live forgettingKeys(SiteId site) {
            return with(standing().forgettingKeys(site)).withKeys(keys().without(site));
        }

        /** The keys there are; none while the first are made. */
        default Keys keys() {
            return Keys.NONE;
        }

        /** The same phase with other keys, where the phase has any. */
        default Live withKeys(Keys keys) {
            return switch (this) {
                case AwaitingApproval s -> s;
                case KeySetup s -> s;
                case Running s -> new Running(s.standing(), keys);
                case Withdrawing s -> new Withdrawing(s.standing(), keys, s.failure());
                case Waiting s -> new Waiting(s.standing(), keys, s.attempts());
                case Resuming s -> new Resuming(s.standing(), keys);
                case Paused s -> new Paused(s.standing(), keys);
            };
        }
    }

    /** Sites decide about the plan. */
    record AwaitingApproval(Standing standing, Patience patience) implements Live {}

    /** Keys of an epoch are being made by {@code sites}; {@code attempt} counts failures in a row from 1. */
    record KeySetup(Standing standing, SortedSet<SiteId> sites, int attempt) implements Live {
        public KeySetup {
            sites = sorted(sites);
        }
    }

    /** Round {@code standing.lastRound} of the task number {@code standing.tasksDone} is in progress. */
    record Running(Standing standing, Keys keys) implements Live {}

    /**
     * Round {@code standing.lastRound} failed. Sites are asked to give it up for good, so that its inputs may be used
     * again; the wait for them is named {@code standing.waits}.
     */
    record Withdrawing(Standing standing, Keys keys, RoundFailure failure) implements Live {}

    /**
     * Fewer than the floor are here; the job waits once, named {@code standing.waits}, for sites to return. {@code attempts}
     * counts the key set-ups that have failed in a row.
     */
    record Waiting(Standing standing, Keys keys, int attempts) implements Live {}

    /**
     * Between two rounds after a restart of the coordinator: {@code standing.awaited} may still come back. The wait for them is
     * named {@code standing.waits}.
     */
    record Resuming(Standing standing, Keys keys) implements Live {}

    /** {@code standing.pausedBy} has stopped the job between two rounds; nothing is in progress and no wait ends. */
    record Paused(Standing standing, Keys keys) implements Live {}

    /** Every round of the schedule is done, or as many as could be paid for. */
    record Completed(int tasksDone) implements JobState {}

    /** {@code sentence} says what happened, where, and what to do. */
    record Failed(int tasksDone, String sentence) implements JobState {}

    record Cancelled(int tasksDone, String actor) implements JobState {}

    /**
     * Keys that are ready.
     *
     * @param number 0 stands for "none yet"
     * @param members accepted sites whose process still has the keys
     * @param lastRound highest round these keys are for
     */
    record Epoch(long number, SortedSet<SiteId> members, long lastRound) {
        public static final Epoch NONE = new Epoch(0, Collections.emptySortedSet(), 0);

        public Epoch {
            members = sorted(members);
        }

        Epoch without(SiteId site) {
            var rest = new TreeSet<>(members);
            rest.remove(site);
            return new Epoch(number, rest, lastRound);
        }
    }

    /** The wait for further approvals, once enough sites have approved. */
    enum Patience {
        NOT_STARTED,
        RUNNING,
        PASSED
    }

    private static SortedSet<SiteId> sorted(SortedSet<SiteId> sites) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(sites));
    }
}
