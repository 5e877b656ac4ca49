package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.job.JobEvent.Session;
import io.confide.coordinator.round.RoundEvent.Phase;

import java.util.concurrent.CompletableFuture;

/** What reaches a job from outside its thread, in the order in which it is handled. */
sealed interface Mail {
    /** @param bootId of the process that has come */
    record Arrived(SiteId site, Session session, Bytes bootId) implements Mail {}

    record Lost(SiteId site) implements Mail {}

    record Said(SiteId site, SiteBody body) implements Mail {}

    record Cancel(String actor) implements Mail {}

    /** Answered in {@code heard} once it is durable. */
    record Pause(String actor, CompletableFuture<Heard> heard) implements Mail {}

    /** Answered in {@code heard} once it is durable. */
    record Resume(String actor, CompletableFuture<Heard> heard) implements Mail {}

    /** What became of a request. */
    enum Heard {
        DONE,
        CHANGES_NOTHING,
        /** The job ended before it was read. */
        JOB_OVER,
        /** The coordinator stops, so that nothing is done any more; the job goes on when it is started again. */
        STOPPING
    }

    /** The coordinator closes; the job goes on when it is started again. */
    record Stop() implements Mail {}

    /** A timer has run out; {@link JobTimers} says whether its alarm counts. */
    record Rang(JobTimers.Pending pending) implements Mail {}

    /** What a timer was for. Each names it, so that one that comes too late means nothing. */
    sealed interface Alarm extends Mail {}

    /** @param loss which loss of this site's connection */
    record GraceOver(SiteId site, long loss) implements Alarm {}

    record PatienceOver(long number) implements Alarm {}

    record SetupStepOver(long epoch, int step) implements Alarm {}

    record RoundTimeOver(long round, Phase phase) implements Alarm {}

    record AskAgain(long round, int times) implements Alarm {}

    /** @param times how often the plan has been offered again then */
    record OfferAgain(int times) implements Alarm {}
}
