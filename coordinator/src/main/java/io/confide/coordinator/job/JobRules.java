package io.confide.coordinator.job;

import io.confide.common.model.SiteId;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is fixed for a job from its start.
 *
 * @param groups of sites that are summed apart; one of all sites where there are none
 * @param tasks rounds of the plan's schedule: each of its tasks once for each group, one group after the other
 * @param attemptsMax key set-ups, and rounds of one task, that may fail in a row
 * @param roundsMax rounds that may be opened at all, failed ones included: no site pays for more under a guarantee
 * @param leastApart m_diff: two sums are over the same sites or differ in at least so many
 */
public record JobRules(
        List<Group> groups, int tasks, int attemptsMax, long roundsMax, int leastApart) {
    public JobRules {
        groups = List.copyOf(groups);
        if (groups.isEmpty()
                || tasks < 1
                || attemptsMax < 1
                || leastApart < 1
                || roundsMax < 1
                || tasks % groups.size() != 0) {
            throw new IllegalArgumentException(
                    "the numbers of a job are at least 1, and every group has every task");
        }
    }

    /** All sites of {@code roster} in one sum, with as many rounds as it takes, and any differences between their sums. */
    public JobRules(SortedSet<SiteId> roster, int floor, int quorum, int tasks, int attemptsMax) {
        this(List.of(new Group(roster, floor, quorum)), tasks, attemptsMax, Long.MAX_VALUE, 1);
    }

    /**
     * Sites whose inputs are summed.
     *
     * @param sites every one that may take part
     * @param floor smallest number of sites in a round: max(m_min, q, S_min)
     * @param quorum q: sites that must give a failed round up before its inputs are used again
     */
    public record Group(SortedSet<SiteId> sites, int floor, int quorum) {
        public Group {
            sites = Collections.unmodifiableSortedSet(new TreeSet<>(sites));
            if (floor < 1 || quorum < 1) {
                throw new IllegalArgumentException("the numbers of a group are at least 1");
            }
        }
    }

    /** Every site that may take part. */
    public SortedSet<SiteId> roster() {
        if (!isGrouped()) {
            return groups.getFirst().sites();
        }
        var all = new TreeSet<SiteId>();
        groups.forEach(group -> all.addAll(group.sites()));
        return Collections.unmodifiableSortedSet(all);
    }

    boolean has(SiteId site) {
        return groups.stream().anyMatch(group -> group.sites().contains(site));
    }

    /** Fewest sites with which every group can have a sum. */
    int least() {
        return groups.stream().mapToInt(Group::floor).sum();
    }

    boolean isGrouped() {
        return groups.size() > 1;
    }

    /** The group whose turn the round after {@code tasksDone} others is. */
    Group group(int tasksDone) {
        return groups.get(place(tasksDone));
    }

    int place(int tasksDone) {
        return tasksDone % groups.size();
    }
}
