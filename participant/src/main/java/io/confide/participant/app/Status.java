package io.confide.participant.app;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a site's process is doing, read from its home by another process. */
public record Status(
        State state,
        Optional<String> site,
        Optional<String> coordinator,
        Optional<Instant> since,
        List<DatasetLine> datasets,
        List<String> recentEvents) {
    public Status {
        datasets = List.copyOf(datasets);
        recentEvents = List.copyOf(recentEvents);
    }

    /** Where the site is. */
    public enum State {
        NOT_ENROLLED,
        STOPPED,
        STARTING,
        CONNECTED
    }

    public record DatasetLine(String name, String study, int rows) {}

    /** Reads the status of {@code home}. */
    public static Status of(Path home) {
        return new Status(
                State.NOT_ENROLLED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
    }
}
