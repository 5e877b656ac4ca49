package io.confide.coordinator.port;

import io.confide.common.model.Priority;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What people see: the JSON of the REST API. Nothing in here is a value of one site's data. */
public final class Views {
    private Views() {}

    /** Where a job is. */
    public enum JobState {
        /** No site has heard of it, and nobody leads it. */
        QUEUED,
        AWAITING_APPROVAL,
        KEY_SETUP,
        TRAINING,
        PAUSED,
        COMPLETED,
        FAILED,
        CANCELLED;

        /** Whether a job in it may go on. */
        public boolean isLive() {
            return switch (this) {
                case QUEUED, AWAITING_APPROVAL, KEY_SETUP, TRAINING, PAUSED -> true;
                case COMPLETED, FAILED, CANCELLED -> false;
            };
        }

        /** Whether somebody leads a job in it, or should. */
        public boolean isBegun() {
            return isLive() && this != QUEUED;
        }
    }

    /**
     * @param owner who submitted it
     * @param threshold how many sites together open a secret
     * @param needed how many inputs a sum holds at least: the threshold, or more where the plan asks for more
     * @param reason what it says when FAILED, PAUSED or while waiting, also in the queue, e.g. which sites have not approved; of a FAILED one
     *     the last sentence is what to do
     * @param metrics of the out-of-fold evaluation once known: auc, logLoss, accuracy, ..
     * @param pausedBy who asked for a pause: of a PAUSED job, and of one that pauses when its round has ended
     * @param retryOf the job whose plan this one runs again, under a seed of its own
     * @param priority among those that are QUEUED
     */
    public record JobView(
            String id,
            String name,
            String study,
            String owner,
            JobState state,
            String planHash,
            Optional<String> reason,
            int roundsDone,
            int roundsPlanned,
            long epoch,
            int threshold,
            int needed,
            int rosterSize,
            Instant submitted,
            Optional<Instant> ended,
            Map<String, Double> metrics,
            Map<String, String> siteVerdicts,
            Optional<String> pausedBy,
            Optional<String> retryOf,
            Priority priority) {
        /** This job, ended at {@code at} where it stands by what its own course knows nothing of. */
        public JobView failed(String sentence, Instant at) {
            return with(JobState.FAILED, Optional.of(sentence), Optional.of(at), Optional.empty());
        }

        /** This job, ended before it began because {@code actor} wanted so. */
        public JobView cancelled(String actor, Instant at) {
            return with(
                    JobState.CANCELLED,
                    Optional.of("Cancelled by " + actor + "."),
                    Optional.of(at),
                    Optional.empty());
        }

        /** This job as it was in another state. */
        public JobView in(JobState other) {
            return with(other, reason, ended, pausedBy);
        }

        /** This job while it waits in the queue for what {@code sentence} says. */
        public JobView queued(String sentence) {
            return with(JobState.QUEUED, Optional.of(sentence), ended, pausedBy);
        }

        /** This job, if it is live, while nothing goes on for {@code sentence}, which stands before what its own course says. */
        public JobView standingStill(String sentence) {
            var said = reason.map(own -> sentence + " " + own).orElse(sentence);
            return state.isLive() ? with(state, Optional.of(said), ended, pausedBy) : this;
        }

        private JobView with(
                JobState now,
                Optional<String> said,
                Optional<Instant> over,
                Optional<String> paused) {
            return new JobView(
                    id,
                    name,
                    study,
                    owner,
                    now,
                    planHash,
                    said,
                    roundsDone,
                    roundsPlanned,
                    epoch,
                    threshold,
                    needed,
                    rosterSize,
                    submitted,
                    over,
                    metrics,
                    siteVerdicts,
                    paused,
                    retryOf,
                    priority);
        }
    }

    /**
     * What a job's plan promises every record; known from the plan alone.
     *
     * @param samplingRate the chance of a record to be in a round: 1 unless it is sampled
     * @param epsilon of all commits together, at {@code delta}
     * @param observers towards whom, at the fewest sites that a sum may hold; the certified row last
     * @param spent the certified case after so many commits, growing, at most 64 points; the last is the total
     * @param stepNoise standard deviation of what the noise of one site adds to each parameter of the model in one step; that
     *     of a sum of n sites is √n times as much
     */
    public record PrivacyView(
            String unit,
            String relation,
            String sampling,
            double samplingRate,
            double epsilon,
            double delta,
            int commits,
            List<ObserverView> observers,
            List<SpentView> spent,
            double stepNoise) {
        /** What {@code uses} of a record have cost: the next point that is known, never the one before. */
        public SpentSoFarView spentAfter(long uses) {
            double cost =
                    uses <= 0
                            ? 0
                            : spent.stream()
                                    .filter(point -> point.commits() >= uses)
                                    .findFirst()
                                    .map(SpentView::epsilon)
                                    .orElse(epsilon);
            return new SpentSoFarView(cost, epsilon, delta, unit);
        }
    }

    /** ε that {@code commits} uses of a record have cost at most. */
    public record SpentView(int commits, double epsilon) {}

    /**
     * @param epsilon at most, in the certified case
     * @param total of all commits that the plan allows, at {@code delta} for every {@code unit}
     */
    public record SpentSoFarView(double epsilon, double total, double delta, String unit) {}

    /** @param epsilon by Rényi accounting, if every sum holds at least {@code survivors} sites */
    public record ObserverView(String observer, int survivors, double epsilon) {}

    /** One round as it ended. */
    public record RoundView(
            long round,
            long epoch,
            String task,
            List<String> cohort,
            List<String> included,
            List<DroppedView> dropped,
            String outcome,
            double seconds) {
        /** Whether there is a sum. */
        public boolean isDone() {
            return outcome.equals("DONE");
        }
    }

    /** A site of U1 that did not finish: the step it was in and why. */
    public record DroppedView(String site, String step, String reason) {}

    /**
     * @param lastSeen empty while it is connected, and before it was
     * @param certificateEnds empty if the site has no certificate, or it was issued before this was kept
     * @param capacity of its machine, in its own words; empty before it was seen
     * @param delays empty before a round of it has ended since the coordinator started
     * @param clock how far its clock was off when it was last turned away for that; empty if it was let in since
     */
    public record SiteView(
            String id,
            boolean connected,
            boolean enrolled,
            Optional<Instant> lastSeen,
            Optional<Instant> certificateEnds,
            Optional<String> software,
            Optional<CapacityView> capacity,
            Optional<DelaysView> delays,
            Optional<ClockView> clock,
            List<DatasetView> datasets) {
        /** The same site with other delays. */
        public SiteView delayed(Optional<DelaysView> other) {
            return new SiteView(
                    id,
                    connected,
                    enrolled,
                    lastSeen,
                    certificateEnds,
                    software,
                    capacity,
                    other,
                    clock,
                    datasets);
        }
    }

    /** @param ahead negative if the clock is behind */
    public record ClockView(Duration ahead, Instant at) {}

    /**
     * A job that runs, as far as its events since the start of this coordinator tell.
     *
     * @param roundsLeft how many rounds may still be opened, after the newest, before the sites have paid for all that the
     *     plan allows; empty without a guarantee and before a round was opened
     */
    public record RunningView(String job, OptionalLong roundsLeft, Optional<OpenRoundView> open) {}

    /**
     * A round that is open.
     *
     * @param closes when it ends without whoever is missing then
     * @param cohort who was asked
     * @param stored of these whose input is there
     * @param lost who has dropped
     */
    public record OpenRoundView(
            long round,
            Instant opened,
            Instant closes,
            List<String> cohort,
            Set<String> stored,
            Set<String> lost) {}

    /** @param memoryMebibytes a power of two */
    public record CapacityView(
            int processors, long memoryMebibytes, Optional<String> accelerator) {}

    /**
     * A site's last rounds, of all jobs, from the opening to the stored input: coarse, because training time tells
     * something of the number of rows.
     *
     * @param rounds how many of them, at most 32 at each member of a cluster
     * @param usualUnderMillis a power of two above the median time, or above the middle one of the members' medians; empty if nothing was stored
     * @param slowestUnderMillis a power of two above the longest time; empty if nothing was stored
     * @param drops how often it was lost, by step
     */
    public record DelaysView(
            int rounds,
            OptionalLong usualUnderMillis,
            OptionalLong slowestUnderMillis,
            Map<String, Integer> drops) {}

    public record DatasetView(String name, String study, List<String> columns) {}

    public record StudyView(String name, String purpose, String accountable) {}

    /** A finished model and its files. */
    public record ModelView(
            String job, String name, String modelHash, Instant created, List<String> files) {}

    /**
     * One line of a job's history, pushed as Server-Sent Event {@code id: sequence, event: kind, data: json}.
     *
     * @param kind one of state, epoch, roundOpened, progress, uploaded, dropped, signed, revealed, roundDone,
     *     roundFailed, metrics, ended
     */
    public record EventView(long sequence, Instant time, String kind, Map<String, Object> data) {}

    /** What a job would be; problems is empty if it may be submitted. */
    public record PlanCheck(String planHash, int rounds, int parameters, List<String> notes) {}
}
