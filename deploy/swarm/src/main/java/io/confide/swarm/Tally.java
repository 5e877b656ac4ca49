package io.confide.swarm;

import java.util.Map;
import java.util.TreeMap;

/** How often something happened, by name. Not thread-safe. */
public final class Tally {
    private final TreeMap<String, Long> counts = new TreeMap<>();

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach((what, times) -> counts.merge(what, times, Long::sum));
    }

    /** Returns how often {@code what} happened. */
    public long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** By name. */
    public Map<String, Long> all() {
        return new TreeMap<>(counts);
    }
}
