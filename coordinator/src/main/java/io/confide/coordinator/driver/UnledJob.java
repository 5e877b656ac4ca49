package io.confide.coordinator.driver;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A job that had not ended and that nobody runs. */
public record UnledJob(JobStore store, RoundLog log, JobView view) {
    /** Ends it where it stands, with {@code sentence} as the reason; does nothing and returns false under an old lease. */
    public boolean fail(FencingToken token, String sentence, Instant now) {
        var job = JobId.of(view.id());
        long last = store.events(job, 0).stream().mapToLong(EventView::sequence).max().orElse(0);
        var ended =
                new EventView(
                        last + 1, now, "ended", Map.of("state", "FAILED", "reason", sentence));
        try {
            log.append(
                    job,
                    token,
                    List.of(
                            new LogEntry.JobChanged(view.failed(sentence, now)),
                            new LogEntry.EventShown(ended)));
            return true;
        } catch (FencedException _) {
            return false;
        }
    }
}
