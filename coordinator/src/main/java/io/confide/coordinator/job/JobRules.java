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
 * @param attemptsMax key set-ups that may fail in a row
 */
public record JobRules(SortedSet<SiteId> roster, int floor, int tasks, int attemptsMax) {
    public JobRules {
        roster = Collections.unmodifiableSortedSet(new TreeSet<>(roster));
        if (floor < 1 || tasks < 1 || attemptsMax < 1) {
            throw new IllegalArgumentException("floor, tasks and attempts are at least 1");
        }
    }
}
