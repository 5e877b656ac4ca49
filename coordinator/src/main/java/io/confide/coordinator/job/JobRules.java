package io.confide.coordinator.job;

import io.confide.common.model.SiteId;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is fixed for a job from its start.
 *
 * @param roster every site that may take part
 * @param floor smallest number of sites in a round: max(m_min, q, S_min)
 * @param tasks rounds of the plan's schedule
 * @param quorum q: sites that must give a failed round up before its inputs are used again
 * @param attemptsMax key set-ups, and rounds of one task, that may fail in a row
 * @param roundsMax rounds that may be opened at all, failed ones included: no site pays for more under a guarantee
 * @param leastApart m_diff: two sums are over the same sites or differ in at least so many
 */
public record JobRules(
        SortedSet<SiteId> roster,
        int floor,
        int quorum,
        int tasks,
        int attemptsMax,
        long roundsMax,
        int leastApart) {
    public JobRules {
        roster = Collections.unmodifiableSortedSet(new TreeSet<>(roster));
        if (floor < 1
                || quorum < 1
                || tasks < 1
                || attemptsMax < 1
                || leastApart < 1
                || roundsMax < 1) {
            throw new IllegalArgumentException("the numbers of a job are at least 1");
        }
    }

    /** With as many rounds as it takes, and any differences between their sums. */
    public JobRules(SortedSet<SiteId> roster, int floor, int quorum, int tasks, int attemptsMax) {
        this(roster, floor, quorum, tasks, attemptsMax, Long.MAX_VALUE, 1);
    }
}
