package io.confide.coordinator.app;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a restart does to the jobs that ran: masks of their sums lived in memory, so they have failed, and say so. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final JobStore store;
    private final Leases leases;
    private final RoundLog log;
    private final InstantSource clock;

    Recovery(JobStore store, Leases leases, RoundLog log, InstantSource clock) {
        this.store = store;
        this.leases = leases;
        this.log = log;
        this.clock = clock;
    }

    /** A job that the restart ended. */
    record Interrupted(JobId job, String sentence) {}

    /** Fails every job that had not ended; returns them. */
    List<Interrupted> run(String holder) {
        var interrupted = new ArrayList<Interrupted>();
        for (var job : store.jobs()) {
            if (isLive(job.state())) {
                fail(job, holder).ifPresent(interrupted::add);
            }
        }
        return List.copyOf(interrupted);
    }

    private static boolean isLive(JobState state) {
        return switch (state) {
            case AWAITING_APPROVAL, KEY_SETUP, TRAINING -> true;
            case COMPLETED, FAILED, CANCELLED -> false;
        };
    }

    private Optional<Interrupted> fail(JobView view, String holder) {
        var job = JobId.of(view.id());
        var now = clock.instant();
        var token = leases.take(job, holder, now, LEASE);
        if (token.isEmpty()) {
            return Optional.empty();
        }
        String sentence = sentence(view);
        long last = store.events(job, 0).stream().mapToLong(EventView::sequence).max().orElse(0);
        var ended =
                new EventView(
                        last + 1, now, "ended", Map.of("state", "FAILED", "reason", sentence));
        try {
            log.append(
                    job,
                    token.get(),
                    List.of(
                            new LogEntry.JobChanged(view.failed(sentence, now)),
                            new LogEntry.EventShown(ended)));
        } catch (FencedException e) {
            return Optional.empty();
        }
        LOG.warn("event=job-interrupted job={} rounds={}", job, view.roundsDone());
        return Optional.of(new Interrupted(job, sentence));
    }

    private static String sentence(JobView view) {
        return switch (view.state()) {
            case TRAINING ->
                    "The coordinator restarted in round %d; submit the job again."
                            .formatted(view.roundsDone() + 1);
            case AWAITING_APPROVAL, KEY_SETUP, COMPLETED, FAILED, CANCELLED ->
                    "The coordinator restarted before the job's next round; submit the job again.";
        };
    }
}
