package io.confide.coordinator.telemetry;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.round.RoundEvent;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The journal with its appends measured. Every durable fact of a job passes here once, so rounds, key set-ups and jobs are
 * counted from what was written, not from what was intended.
 */
public final class MeasuredLog implements RoundLog {
    private final RoundLog log;
    private final Metrics metrics;
    private final LongSupplier nanos;

    /** By job: where the round that runs has come to. */
    private final Map<JobId, Course> courses = new ConcurrentHashMap<>();

    /** @param nanos a clock that only goes forward, such as {@link System#nanoTime} */
    public MeasuredLog(RoundLog log, Metrics metrics, LongSupplier nanos) {
        this.log = log;
        this.metrics = metrics;
        this.nanos = nanos;
    }

    @Override
    public List<RoundEvent> read(JobId job, long round) {
        return log.read(job, round);
    }

    @Override
    public JobRecord recall(JobId job) {
        return log.recall(job);
    }

    @Override
    public void append(JobId job, FencingToken token, List<LogEntry> entries)
            throws FencedException {
        long begun = nanos.getAsLong();
        var outcome = Metrics.Append.FAILED;
        try {
            log.append(job, token, entries);
            outcome = Metrics.Append.DONE;
        } catch (FencedException e) {
            outcome = Metrics.Append.FENCED;
            courses.remove(job);
            metrics.left(job);
            throw e;
        } finally {
            metrics.append(outcome, Duration.ofNanos(nanos.getAsLong() - begun));
        }
        long now = nanos.getAsLong();
        entries.forEach(entry -> count(job, entry, now));
    }

    private void count(JobId job, LogEntry entry, long now) {
        switch (entry) {
            case LogEntry.RoundOpened _ -> courses.put(job, new Course(Metrics.Phase.COLLECT, now));
            case LogEntry.RoundHappened happened ->
                    phase(happened.event()).ifPresent(phase -> reached(job, phase, now));
            case LogEntry.RoundEnded(var view) -> {
                reached(job, Metrics.Phase.FINISH, now);
                courses.remove(job);
                metrics.round(view);
            }
            case LogEntry.EpochBegun _ -> metrics.keys(Metrics.Keys.BEGUN);
            case LogEntry.EpochMade _ -> metrics.keys(Metrics.Keys.MADE);
            case LogEntry.JobChanged(var view) -> metrics.job(job, view.state());
            case LogEntry.UploadFolded _,
                    LogEntry.ResultSigned _,
                    LogEntry.RoundAudited _,
                    LogEntry.SumFixed _,
                    LogEntry.RoundWithdrawn _,
                    LogEntry.Evaluated _,
                    LogEntry.SiteMet _,
                    LogEntry.ModelMade _,
                    LogEntry.EventShown _,
                    LogEntry.ArtifactsMade _ -> {}
        }
    }

    /** The phase that an answer of a site belongs to. */
    private static Optional<Metrics.Phase> phase(RoundEvent event) {
        return switch (event) {
            case RoundEvent.InputFolded _ -> Optional.of(Metrics.Phase.COLLECT);
            case RoundEvent.SignVerified _ -> Optional.of(Metrics.Phase.SIGN);
            case RoundEvent.RevealVerified _ -> Optional.of(Metrics.Phase.REVEAL);
            case RoundEvent.SiteLost _,
                    RoundEvent.SiteReturned _,
                    RoundEvent.GracePassed _,
                    RoundEvent.SiteDeclined _,
                    RoundEvent.MessageUnusable _,
                    RoundEvent.DeadlinePassed _,
                    RoundEvent.Unmasked _,
                    RoundEvent.IntegrityBroken _,
                    RoundEvent.LeaderLost _,
                    RoundEvent.TakenOver _ ->
                    Optional.empty();
        };
    }

    private void reached(JobId job, Metrics.Phase phase, long now) {
        courses.computeIfPresent(job, (_, course) -> course.reached(phase, now, metrics));
    }

    /**
     * A phase goes from the last answer of the one before to its own last answer.
     *
     * @param until when its newest answer was durable
     */
    private record Course(Metrics.Phase phase, long from, long until) {
        Course(Metrics.Phase phase, long now) {
            this(phase, now, now);
        }

        Course reached(Metrics.Phase next, long now, Metrics metrics) {
            if (next == phase) {
                return new Course(phase, from, now);
            }
            metrics.phase(phase, Duration.ofNanos(until - from));
            if (next == Metrics.Phase.FINISH) {
                metrics.phase(next, Duration.ofNanos(now - until));
            }
            return new Course(next, until, now);
        }
    }
}
