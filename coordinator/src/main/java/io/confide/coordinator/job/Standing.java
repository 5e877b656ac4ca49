package io.confide.coordinator.job;

import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody.Verdict;
import io.confide.coordinator.job.JobState.Epoch;
import io.confide.coordinator.round.PastSums;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a live job knows in every phase.
 *
 * @param connected roster sites with a connection now
 * @param answers the last decision of each site's present process
 * @param count where its numbers stand
 * @param past the sums that sites were asked to open
 * @param awaited sites that were there before the coordinator restarted and have not decided again since
 * @param pausedBy who asked for the pause that the job is in, or goes into when its round has ended
 * @param resting by number of the group, the keys of those whose turn it is not; what it says of the others is out of date
 */
public record Standing(
        JobRules rules,
        SortedSet<SiteId> connected,
        SortedMap<SiteId, Answer> answers,
        Count count,
        PastSums past,
        SortedSet<SiteId> awaited,
        Optional<String> pausedBy,
        SortedMap<Integer, Epoch> resting) {
    public Standing {
        connected = Collections.unmodifiableSortedSet(new TreeSet<>(connected));
        answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
        awaited = Collections.unmodifiableSortedSet(new TreeSet<>(awaited));
        resting = Collections.unmodifiableSortedMap(new TreeMap<>(resting));
    }

    /**
     * The numbers of a job; they only grow, but for {@code failures}.
     *
     * @param tasksDone rounds of the schedule that are done or no longer needed
     * @param lastEpoch highest epoch number used; the next one is higher
     * @param lastRound highest round number used; the next one is higher
     * @param failures rounds of the present task that failed and were given up
     * @param waits how often the job has begun to wait; names the wait whose end counts
     */
    public record Count(int tasksDone, long lastEpoch, long lastRound, int failures, long waits) {
        static final Count ZERO = new Count(0, 0, 0, 0, 0);
    }

    static Standing atStart(JobRules rules, SortedSet<SiteId> connected) {
        var there = new TreeSet<>(rules.roster());
        there.retainAll(connected);
        return new Standing(
                rules,
                there,
                Collections.emptySortedMap(),
                Count.ZERO,
                PastSums.none(rules.leastApart()),
                Collections.emptySortedSet(),
                Optional.empty(),
                Collections.emptySortedMap());
    }

    /** A job of which another process left this; nobody is connected, and no site has decided again. */
    public static Standing resumed(
            JobRules rules,
            Count count,
            PastSums past,
            SortedSet<SiteId> awaited,
            Optional<String> pausedBy,
            SortedMap<Integer, Epoch> resting) {
        return new Standing(
                rules,
                Collections.emptySortedSet(),
                Collections.emptySortedMap(),
                count,
                past,
                awaited,
                pausedBy,
                resting);
    }

    public int tasksDone() {
        return count.tasksDone;
    }

    public long lastEpoch() {
        return count.lastEpoch;
    }

    public long lastRound() {
        return count.lastRound;
    }

    public int failures() {
        return count.failures;
    }

    public long waits() {
        return count.waits;
    }

    /** The group whose turn it is. */
    public JobRules.Group group() {
        return rules.group(count.tasksDone);
    }

    /** Returns the connected sites of the present group that permitted the plan. */
    public SortedSet<SiteId> willing() {
        return willing(group());
    }

    private SortedSet<SiteId> willing(JobRules.Group group) {
        var willing = new TreeSet<SiteId>();
        for (var site : connected) {
            if (group.sites().contains(site) && permitted(site)) {
                willing.add(site);
            }
        }
        return Collections.unmodifiableSortedSet(willing);
    }

    /** Returns the connected sites that have neither permitted nor denied the plan. */
    public SortedSet<SiteId> undecided() {
        var undecided = new TreeSet<SiteId>();
        for (var site : connected) {
            if (!permitted(site) && !denied(site)) {
                undecided.add(site);
            }
        }
        return Collections.unmodifiableSortedSet(undecided);
    }

    /** How many connected sites of all groups permitted the plan. */
    int permitting() {
        return rules.groups().stream().mapToInt(group -> willing(group).size()).sum();
    }

    /** Whether each group can have a sum over those who are here and permit the plan. */
    boolean isEnoughOfEveryGroup() {
        return rules.groups().stream()
                .allMatch(group -> past.cohort(willing(group), group.floor()).isPresent());
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

    /** Whether a round of the present group over {@code sites} can have a sum. */
    boolean enough(SortedSet<SiteId> sites) {
        return past.cohort(sites, group().floor()).isPresent();
    }

    /** The keys that the present group had when its turn was over; none if it has had none. */
    Epoch rested() {
        return resting.getOrDefault(rules.place(count.tasksDone), Epoch.NONE);
    }

    /** The turn of the present group is over, which has the keys {@code epoch}. */
    Standing resting(Epoch epoch) {
        var all = new TreeMap<>(resting);
        all.put(rules.place(count.tasksDone), epoch);
        return new Standing(rules, connected, answers, count, past, awaited, pausedBy, all);
    }

    /** The process that held keys of {@code site} is gone. */
    Standing forgettingKeys(SiteId site) {
        var all = new TreeMap<Integer, Epoch>();
        resting.forEach((place, epoch) -> all.put(place, epoch.without(site)));
        return new Standing(rules, connected, answers, count, past, awaited, pausedBy, all);
    }

    Standing summed(SortedSet<SiteId> included) {
        return new Standing(
                rules, connected, answers, count, past.with(included), awaited, pausedBy, resting);
    }

    Standing with(SiteId arrived) {
        var there = new TreeSet<>(connected);
        there.add(arrived);
        return new Standing(rules, there, answers, count, past, awaited, pausedBy, resting);
    }

    Standing without(SiteId gone) {
        var there = new TreeSet<>(connected);
        there.remove(gone);
        return new Standing(rules, there, answers, count, past, awaited, pausedBy, resting);
    }

    Standing answered(SiteId site, Answer answer) {
        var all = new TreeMap<>(answers);
        all.put(site, answer);
        var rest = new TreeSet<>(awaited);
        rest.remove(site);
        return new Standing(rules, connected, all, count, past, rest, pausedBy, resting);
    }

    /** A new process of {@code site} has not decided anything yet. */
    Standing forgetting(SiteId site) {
        var all = new TreeMap<>(answers);
        all.remove(site);
        return new Standing(rules, connected, all, count, past, awaited, pausedBy, resting);
    }

    Standing forgetting(SortedSet<SiteId> sites) {
        var rest = this;
        for (var site : sites) {
            rest = rest.forgetting(site);
        }
        return rest;
    }

    /** Nobody is waited for any more because of the restart. */
    Standing awaitingNobody() {
        return new Standing(
                rules,
                connected,
                answers,
                count,
                past,
                Collections.emptySortedSet(),
                pausedBy,
                resting);
    }

    Standing pausedBy(String actor) {
        return new Standing(
                rules, connected, answers, count, past, awaited, Optional.of(actor), resting);
    }

    Standing unpaused() {
        return new Standing(
                rules, connected, answers, count, past, awaited, Optional.empty(), resting);
    }

    Standing tasksDone(int more) {
        int done = Math.min(rules.tasks(), count.tasksDone + more);
        return counting(new Count(done, count.lastEpoch, count.lastRound, 0, count.waits));
    }

    Standing roundFailed() {
        return counting(
                new Count(
                        count.tasksDone,
                        count.lastEpoch,
                        count.lastRound,
                        count.failures + 1,
                        count.waits));
    }

    Standing nextEpoch() {
        return counting(
                new Count(
                        count.tasksDone,
                        count.lastEpoch + 1,
                        count.lastRound,
                        count.failures,
                        count.waits));
    }

    Standing nextRound() {
        return counting(
                new Count(
                        count.tasksDone,
                        count.lastEpoch,
                        count.lastRound + 1,
                        count.failures,
                        count.waits));
    }

    Standing nextWait() {
        return counting(
                new Count(
                        count.tasksDone,
                        count.lastEpoch,
                        count.lastRound,
                        count.failures,
                        count.waits + 1));
    }

    private Standing counting(Count next) {
        return new Standing(rules, connected, answers, next, past, awaited, pausedBy, resting);
    }
}
