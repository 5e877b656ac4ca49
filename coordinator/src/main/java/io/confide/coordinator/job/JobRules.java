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
 */
public record JobRules(
        SortedSet<SiteId> roster, int floor, int quorum, int tasks, int attemptsMax) {
    public JobRules {
        roster = Collections.unmodifiableSortedSet(new TreeSet<>(roster));
        if (floor < 1 || quorum < 1 || tasks < 1 || attemptsMax < 1) {
            throw new IllegalArgumentException("floor, quorum, tasks and attempts are at least 1");
        }
    }
}
