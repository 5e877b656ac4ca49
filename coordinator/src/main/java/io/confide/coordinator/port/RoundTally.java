package io.confide.coordinator.port;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rounds of a job that have ended, counted.
 *
 * @param done those whose sum was opened, by the words of their task
 * @param givenUp those that ended without one
 * @param medianSeconds of those whose sum was opened; empty without any
 */
public record RoundTally(
        SortedMap<String, Sums> done, int givenUp, Optional<Double> medianSeconds) {
    public static final RoundTally NONE = new RoundTally(new TreeMap<>(), 0, Optional.empty());

    public RoundTally {
        done = Collections.unmodifiableSortedMap(new TreeMap<>(done));
    }

    /** @param inputs in these sums, of all sites together */
    public record Sums(int rounds, long inputs) {}
}
