package io.confide.coordinator.job;

import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody.Verdict;
import io.confide.coordinator.round.PastSums;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a live job knows in every phase.
 *
 * @param connected roster sites with a connection now
 * @param answers the last decision of each site's present process
 * @param tasksDone rounds of the schedule that are done
 * @param lastEpoch highest epoch number used; the next one is higher
 * @param lastRound highest round number used; the next one is higher
 * @param failures rounds of the present task that failed and were given up
 * @param waits how often the job has begun to wait; names the wait whose end counts
 * @param past the sums that sites were asked to open
 */
public record Standing(
        JobRules rules,
        SortedSet<SiteId> connected,
        SortedMap<SiteId, Answer> answers,
        int tasksDone,
        long lastEpoch,
        long lastRound,
        int failures,
        long waits,
        PastSums past) {
    public Standing {
        connected = Collections.unmodifiableSortedSet(new TreeSet<>(connected));
        answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
    }

    static Standing atStart(JobRules rules, SortedSet<SiteId> connected) {
        var there = new TreeSet<>(rules.roster());
        there.retainAll(connected);
        return new Standing(
                rules,
                there,
                Collections.emptySortedMap(),
                0,
                0,
                0,
                0,
                0,
                PastSums.none(rules.leastApart()));
    }

    /** Returns the connected sites that permitted the plan. */
    public SortedSet<SiteId> willing() {
        var willing = new TreeSet<SiteId>();
        for (var site : connected) {
            if (permitted(site)) {
                willing.add(site);
            }
        }
        return Collections.unmodifiableSortedSet(willing);
    }

    /** Whether {@code site} permitted the plan, connected or not. */
    boolean permitted(SiteId site) {
        var answer = answers.get(site);
        return answer != null && answer.verdict() == Verdict.PERMITTED;
    }

    boolean permitted(SortedSet<SiteId> sites) {
        return sites.stream().allMatch(this::permitted);
    }

    boolean denied(SiteId site) {
        var answer = answers.get(site);
        return answer != null && answer.verdict() == Verdict.DENIED;
    }

    /** Whether a round over {@code sites} can have a sum. */
    boolean enough(SortedSet<SiteId> sites) {
        return past.cohort(sites, rules.floor()).isPresent();
    }

    Standing summed(SortedSet<SiteId> included) {
        return new Standing(
                rules,
                connected,
                answers,
                tasksDone,
                lastEpoch,
                lastRound,
                failures,
                waits,
                past.with(included));
    }

    Standing with(SiteId arrived) {
        var there = new TreeSet<>(connected);
        there.add(arrived);
        return new Standing(
                rules, there, answers, tasksDone, lastEpoch, lastRound, failures, waits, past);
    }

    Standing without(SiteId gone) {
        var there = new TreeSet<>(connected);
        there.remove(gone);
        return new Standing(
                rules, there, answers, tasksDone, lastEpoch, lastRound, failures, waits, past);
    }

    Standing answered(SiteId site, Answer answer) {
        var all = new TreeMap<>(answers);
        all.put(site, answer);
        return new Standing(
                rules, connected, all, tasksDone, lastEpoch, lastRound, failures, waits, past);
    }

    /** A new process of {@code site} has not decided anything yet. */
    Standing forgetting(SiteId site) {
        var all = new TreeMap<>(answers);
        all.remove(site);
        return new Standing(
                rules, connected, all, tasksDone, lastEpoch, lastRound, failures, waits, past);
    }

    Standing forgetting(SortedSet<SiteId> sites) {
        var rest = this;
        for (var site : sites) {
            rest = rest.forgetting(site);
        }
        return rest;
    }

    Standing taskDone() {
        return new Standing(
                rules, connected, answers, tasksDone + 1, lastEpoch, lastRound, 0, waits, past);
    }

    Standing roundFailed() {
        return new Standing(
                rules,
                connected,
                answers,
                tasksDone,
                lastEpoch,
                lastRound,
                failures + 1,
                waits,
                past);
    }

    Standing nextEpoch() {
        return new Standing(
                rules,
                connected,
                answers,
                tasksDone,
                lastEpoch + 1,
                lastRound,
                failures,
                waits,
                past);
    }

    Standing nextRound() {
        return new Standing(
                rules,
                connected,
                answers,
                tasksDone,
                lastEpoch,
                lastRound + 1,
                failures,
                waits,
                past);
    }

    Standing nextWait() {
        return new Standing(
                rules, connected, answers, tasksDone, lastEpoch, lastRound, failures, waits + 1,
                past);
    }
}
