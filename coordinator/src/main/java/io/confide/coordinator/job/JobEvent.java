package io.confide.coordinator.job;

import io.confide.common.model.SiteId;

import java.util.SortedSet;

/** A fact that has already happened to a job. */
public sealed interface JobEvent {
    /** A fact about one site; only roster sites count. */
    sealed interface FromSite extends JobEvent {
        SiteId site();
    }

    /**
     * {@code site} is connected; a {@link Session#NEW} process has forgotten its keys and its decision. A {@link
     * Session#RETURNED} one has both, but this coordinator restarted and asks for the decision again.
     */
    record SiteArrived(SiteId site, Session session) implements FromSite {}

    /** The connection of {@code site} broke. */
    record SiteGone(SiteId site) implements FromSite {}

    /** {@code site} was away for the whole grace. */
    record GracePassed(SiteId site) implements FromSite {}

    record PlanAnswered(SiteId site, Answer answer) implements FromSite {}

    /** The wait {@code number} is over. */
    record PatiencePassed(long number) implements JobEvent {}

    /** The keys of {@code epoch} are certified for its rounds up to {@code lastRound}. */
    record EpochReady(long epoch, SortedSet<SiteId> accepted, long lastRound) implements JobEvent {}

    /** The set-up of {@code epoch} did not finish; {@code silent} did not answer, {@code why} says it in words. */
    record EpochFailed(long epoch, SortedSet<SiteId> silent, String why) implements JobEvent {}

    /** Complaints left fewer sites in {@code epoch} than a sum needs; {@code why} says it in words. */
    record EpochBlocked(long epoch, String why) implements JobEvent {}

    /** Sites were asked to open a sum over {@code included}; whether it was opened does not matter (K17). */
    record SumFixed(SortedSet<SiteId> included) implements JobEvent {}

    /**
     * A round of the schedule is done.
     *
     * @param spared how many of the next ones are no longer needed
     */
    record RoundDone(long round, int spared) implements JobEvent {
        public RoundDone(long round) {
            this(round, 0);
        }
    }

    /** {@code revealed} have shown shares of {@code round}, so that they cannot give it up any more. */
    record RoundFailed(long round, RoundFailure failure, SortedSet<SiteId> revealed)
            implements JobEvent {}

    /** Enough sites gave {@code round} up: its inputs may be used again. */
    record RoundWithdrawn(long round) implements JobEvent {}

    record CancelRequested(String actor) implements JobEvent {}

    record PauseRequested(String actor) implements JobEvent {}

    record ResumeRequested(String actor) implements JobEvent {}

    /** The coordinator itself cannot go on, e.g. because its disk is full. */
    record Broken(String sentence) implements JobEvent {}

    enum Session {
        NEW,
        RETURNED,
        RESUMED
    }
}
