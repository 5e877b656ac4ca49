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
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** A job that had not ended and that nobody runs. */
public record UnledJob(JobStore store, RoundLog log, JobView view) {
    /** Ends it where it stands, with {@code sentence} as the reason; does nothing and returns false under an old lease. */
    public boolean fail(FencingToken token, String sentence, Instant now) {
        return new UnledJob(store, log, view.failed(sentence, now)).end(token).isPresent();
    }

    /** Writes that it has ended as its view says; returns the last event, or nothing under an old lease. */
    Optional<EventView> end(FencingToken token) {
        var job = JobId.of(view.id());
        long last = store.events(job, 0).stream().mapToLong(EventView::sequence).max().orElse(0);
        var data = new HashMap<String, Object>();
        data.put("state", view.state().name());
        view.reason().ifPresent(reason -> data.put("reason", reason));
        var ended = new EventView(last + 1, view.ended().orElseThrow(), "ended", data);
        try {
            log.append(
                    job,
                    token,
                    List.of(new LogEntry.JobChanged(view), new LogEntry.EventShown(ended)));
            return Optional.of(ended);
        } catch (FencedException _) {
            return Optional.empty();
        }
    }
}
