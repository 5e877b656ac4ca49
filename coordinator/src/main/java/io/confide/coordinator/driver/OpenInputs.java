package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.RoundState;
import io.confide.coordinator.round.Summing;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the data plane may know of a round from another thread.
 *
 * @param cohort the sites from which an input is taken now
 * @param vectorBytes of each masked vector
 * @param summing where they go
 */
record OpenInputs(long round, SortedSet<SiteId> cohort, long vectorBytes, Summing summing) {
    /**
     * Empty if no input is taken: after U3 is fixed only those are that were lost with a process before this one.
     *
     * @param expected of those that were lost, which are about to be had again without their sites
     */
    static Optional<OpenInputs> of(
            RoundState state, long round, int words, SortedSet<SiteId> expected) {
        long bytes = words * (long) Long.BYTES;
        var sites = new TreeSet<>(asked(state));
        sites.removeAll(expected);
        return sites.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new OpenInputs(
                                round,
                                Collections.unmodifiableSortedSet(sites),
                                bytes,
                                summing(state)));
    }

    private static SortedSet<SiteId> asked(RoundState state) {
        return switch (state) {
            case RoundState.Collecting s -> s.roll().cohort();
            // A site that is in the middle of its upload may still be needed.
            case RoundState.Gathering s -> s.roll().cohort();
            case RoundState.Signing s -> s.lost();
            case RoundState.Revealing s -> s.lost();
            case RoundState.Unmasking _, RoundState.Done _, RoundState.Failed _ ->
                    Collections.emptySortedSet();
        };
    }

    /** What is lost after U3 is fixed is asked for one by one, and added where the others already are (R7). */
    private static Summing summing(RoundState state) {
        return switch (state) {
            case RoundState.Collecting s -> s.rules().summing();
            case RoundState.Gathering s -> s.collected().rules().summing();
            case RoundState.Signing _,
                    RoundState.Revealing _,
                    RoundState.Unmasking _,
                    RoundState.Done _,
                    RoundState.Failed _ ->
                    Summing.AT_LEADER;
        };
    }
}
