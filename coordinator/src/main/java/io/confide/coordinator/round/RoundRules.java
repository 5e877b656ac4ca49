package io.confide.coordinator.round;

import io.confide.common.model.SiteId;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The numbers that decide a round.
 *
 * @param floor smallest |U3|
 * @param quorum q: signatures that make a certificate
 * @param threshold t: reveals that open the sum
 * @param vote when sites sign the list of inputs before they reveal
 * @param past the sums before this round
 * @param apart for a site in removed pairs the other sites of them: they hold no share of each other
 */
public record RoundRules(
        int floor,
        int quorum,
        int threshold,
        Vote vote,
        PastSums past,
        SortedMap<SiteId, SortedSet<SiteId>> apart) {
    /** Where no pair is removed, and any sum may follow any other. */
    public RoundRules(int floor, int quorum, int threshold, Vote vote) {
        this(floor, quorum, threshold, vote, PastSums.none(1), Collections.emptySortedMap());
    }

    /** When a vote is held. */
    public enum Vote {
        ALWAYS,
        /** Not if every site of U1 is included: then there is only one list (K20). */
        IF_ANY_IS_MISSING
    }

    /** Whether {@code included} may be U3. */
    boolean isSum(Set<SiteId> included) {
        return included.size() >= floor && past.permit(included);
    }

    public RoundRules {
        apart = Collections.unmodifiableSortedMap(new TreeMap<>(apart));
        if (floor < 1 || quorum < 1 || threshold < 1) {
            throw new IllegalArgumentException("floor, quorum and threshold are at least 1");
        }
    }
}
