package io.confide.coordinator.port;

import java.util.OptionalLong;

/**
 * Which events of a job somebody wants who does not read its whole history: from the opening of the last rounds on all of them.
 * Of what was before there is no opening, of the drops the last {@link #DROPS_MAX}, and everything else, such as a sum with
 * which training has converged. Of the sums, without the times of sites, there are at most {@link #SUMS_MAX} evenly spread, and
 * the last of a task that was evaluated or has converged, and the first of the next.
 *
 * @param after only events with a higher number
 * @param rounds how many of the last rounds, from 1 on
 * @param round one that is wanted whole, however old it is
 */
public record Recent(long after, int rounds, OptionalLong round) {
    /** Enough for a curve. */
    public static final int SUMS_MAX = 256;

    /** Enough to see who was missing again and again. */
    public static final int DROPS_MAX = 128;

    public static final int ROUNDS_MAX = 1024;

    public Recent {
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            throw new IllegalArgumentException("from 1 to " + ROUNDS_MAX + " rounds");
        }
    }
}
