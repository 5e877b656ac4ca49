package io.confide.coordinator.driver;

import io.confide.coordinator.port.Views.EventView;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * When each site did what in the newest round: the passing events, for a reader who comes in the middle of it, and their
 * times, which are kept with its end. Nothing in here depends on a record or an update. Thread-safe.
 */
final class RoundSteps {
    /** Above this many sites the times would make a long history too large. */
    private static final int SITES_KEPT_MAX = 64;

    private final Map<String, EventView> first = new LinkedHashMap<>();
    private Instant opened = Instant.EPOCH;

    /** A round has opened; what is known of the one before is forgotten. */
    synchronized void opened(Instant at) {
        opened = at;
        first.clear();
    }

    /** Notes a passing event; of the same step of the same site only the first counts. */
    synchronized void passed(EventView event) {
        first.putIfAbsent(step(event) + " " + event.data().get("site"), event);
    }

    /** Returns what has passed in the newest round, in order. */
    synchronized List<EventView> passed() {
        return List.copyOf(first.values());
    }

    /** Returns milliseconds since the opening by site and step; empty if there are too many sites. */
    synchronized Map<String, Map<String, Long>> millis() {
        var times = new TreeMap<String, Map<String, Long>>();
        for (var event : first.values()) {
            long after = Duration.between(opened, event.time()).toMillis();
            times.computeIfAbsent(
                            String.valueOf(event.data().get("site")), _ -> new LinkedHashMap<>())
                    .put(step(event), Math.max(0, after));
        }
        return times.size() > SITES_KEPT_MAX ? Map.of() : times;
    }

    private static String step(EventView event) {
        var stage = event.data().get("stage");
        return stage == null ? event.kind() : stage.toString().toLowerCase(Locale.ROOT);
    }
}
