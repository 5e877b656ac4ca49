package io.confide.coordinator.jdbc;

import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.EventView;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The events of a job of many rounds, in every 16th of which a site drops and every 50th of which is given up. */
final class LongHistory {
    private static final Set<String> OF_ROUNDS = Set.of("roundOpened", "roundDone", "dropped");

    private static final int CONVERGED = 77;

    private LongHistory() {}

    static List<LogEntry> of(int rounds) {
        var events = new ArrayList<LogEntry>();
        add(events, "state", Map.of("state", "TRAINING"));
        for (int round = 1; round <= rounds; round++) {
            add(events, "roundOpened", Map.of("round", round, "cohort", List.of("a", "b", "c")));
            if (round % 16 == 0) {
                add(events, "dropped", Map.of("round", round, "site", "c", "step", "upload"));
            }
            add(
                    events,
                    round % 50 == 0 ? "roundFailed" : "roundDone",
                    round == CONVERGED
                            ? Map.of("round", round, "spared", 9)
                            : Map.of("round", round, "steps", Map.of("a", Map.of("uploaded", 7))));
        }
        add(events, "metrics", Map.of("auc", 0.8));
        return events;
    }

    /** Tasks of so many rounds each, all of which have a sum, with an evaluation after each. */
    static List<LogEntry> ofTasks(int tasks, int rounds) {
        var events = new ArrayList<LogEntry>();
        for (int task = 0; task < tasks; task++) {
            for (int round = task * rounds + 1; round <= (task + 1) * rounds; round++) {
                add(events, "roundOpened", Map.of("round", round));
                add(events, "roundDone", Map.of("round", round, "task", "train fold " + task));
            }
            add(events, "metrics", Map.of("auc", 0.8));
        }
        return events;
    }

    private static void add(List<LogEntry> events, String kind, Map<String, Object> data) {
        long sequence = events.size() + 1;
        events.add(
                new LogEntry.EventShown(
                        new EventView(sequence, StoredJob.NOW.plusMillis(sequence), kind, data)));
    }

    static EventView find(List<EventView> events, String kind, int round) {
        return events.stream()
                .filter(event -> event.kind().equals(kind))
                .filter(event -> event.data().get("round").equals(round))
                .findFirst()
                .orElseThrow();
    }

    /** What happened besides rounds that went well, and the one with which training has converged. */
    static List<EventView> turns(List<EventView> events) {
        return events.stream()
                .filter(
                        event ->
                                !OF_ROUNDS.contains(event.kind())
                                        || event.data().containsKey("spared"))
                .toList();
    }
}
