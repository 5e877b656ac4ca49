package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.RoundState;

import java.util.Optional;
import java.util.SortedSet;

/**
 * What the data plane may know of a round from another thread.
 *
 * @param cohort the sites from which an input is taken now
 * @param vectorBytes of each masked vector
 */
record OpenInputs(long round, SortedSet<SiteId> cohort, long vectorBytes) {
    /** Empty if no input is taken: after U3 is fixed only those are that were lost with a process before this one. */
    static Optional<OpenInputs> of(RoundState state, long round, int words) {
        return switch (state) {
            case RoundState.Collecting s -> of(s.roll().cohort(), round, words);
            case RoundState.Signing s -> of(s.lost(), round, words);
            case RoundState.Revealing s -> of(s.lost(), round, words);
            case RoundState.Unmasking _, RoundState.Done _, RoundState.Failed _ -> Optional.empty();
        };
    }

    private static Optional<OpenInputs> of(SortedSet<SiteId> sites, long round, int words) {
        return sites.isEmpty()
                ? Optional.empty()
                : Optional.of(new OpenInputs(round, sites, words * (long) Long.BYTES));
    }
}
