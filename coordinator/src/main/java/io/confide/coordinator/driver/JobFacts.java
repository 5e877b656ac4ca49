package io.confide.coordinator.driver;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.files.PlanJson;
import io.confide.common.files.RoundConfigJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.graph.EpochSize;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.coordinator.job.JobRules;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.PastSums;
import io.confide.coordinator.round.RoundRules;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What never changes in the life of a job, seen from one of its groups: what is said of a roster is said of that group's.
 *
 * @param owner who submitted it
 * @param schedule the task of every round: each of the plan's once for each group, one group after the other
 * @param everybody the consortium's roster
 * @param groups what is summed apart; one of everybody where there are no groups
 * @param place number of the group from which this is seen
 */
public record JobFacts(
        JobId job,
        String owner,
        Plan plan,
        Bytes planBytes,
        Digest planHash,
        List<Task> schedule,
        Roster everybody,
        List<Group> groups,
        int place) {
    private static final int ATTEMPTS_MAX = 5;
    private static final int SPARE_ROUNDS = 8;

    public JobFacts {
        schedule = List.copyOf(schedule);
        groups = List.copyOf(groups);
    }

    /**
     * Sites whose inputs are summed.
     *
     * @param keys of the roster: decoded once, for all epochs
     */
    record Group(Roster roster, RosterKeys keys, SecAggPolicy policy) {
        static Group of(Plan plan, Roster roster) {
            var manifest = ParameterManifest.of(plan);
            var policy =
                    SecAggPolicy.completeGraph(
                                    roster,
                                    plan.aggregation().minimumIncluded(),
                                    SecAggPolicy.FastPath.ALLOWED,
                                    Payloads.codecSetHash(plan, roster.size()),
                                    manifest.hash())
                            .withDifference(plan.leastApart());
            return new Group(roster, RosterKeys.of(roster), policy);
        }

        JobRules.Group rules() {
            var sites = new TreeSet<SiteId>();
            roster.members().forEach(member -> sites.add(member.site()));
            return new JobRules.Group(sites, policy.floor(), policy.q());
        }
    }

    /** Returns the facts of {@code plan} run as {@code job} of {@code owner} over {@code roster}. */
    public static JobFacts of(JobId job, Plan plan, Roster roster, String owner) {
        var rosters =
                plan.aggregation()
                        .groups()
                        .map(groups -> Partition.of(roster, groups.count()).groups())
                        .orElseGet(() -> List.of(roster));
        return new JobFacts(
                job,
                owner,
                plan,
                PlanJson.bytes(plan),
                PlanJson.hash(plan),
                plan.schedule().stream()
                        .flatMap(task -> Collections.nCopies(rosters.size(), task).stream())
                        .toList(),
                roster,
                rosters.stream().map(each -> Group.of(plan, each)).toList(),
                0);
    }

    /** The same seen from the group number {@code other}. */
    JobFacts inGroup(int other) {
        return new JobFacts(
                job, owner, plan, planBytes, planHash, schedule, everybody, groups, other);
    }

    /** The number of the group of {@code site}, which is in the consortium. */
    int placeOf(SiteId site) {
        return IntStream.range(0, groups.size())
                .filter(each -> groups.get(each).roster().indexOf(site).isPresent())
                .findFirst()
                .orElseThrow();
    }

    /** Whether {@code site} is in the consortium, in whichever group. */
    boolean knows(SiteId site) {
        return everybody.indexOf(site).isPresent();
    }

    /** Whether the other groups have had the task of a round of this one. */
    boolean isLastGroup() {
        return place == groups.size() - 1;
    }

    /** The roster of this group. */
    public Roster roster() {
        return groups.get(place).roster();
    }

    /** The keys of this group's roster. */
    public RosterKeys keys() {
        return groups.get(place).keys();
    }

    /** The policy of this group. */
    public SecAggPolicy policy() {
        return groups.get(place).policy();
    }

    /** The most shares that open a secret of any group. */
    int threshold() {
        return groups.stream().mapToInt(group -> group.policy().t()).max().orElseThrow();
    }

    /** The fewest inputs of a sum, of the group that needs most. */
    int floor() {
        return groups.stream().mapToInt(group -> group.policy().floor()).max().orElseThrow();
    }

    /** The schedule as far as {@code record} shows it settled. */
    SettledTasks settled(JobRecord record) {
        var tasks = new SettledTasks(plan.schedule(), groups.size(), InitialModel.of(plan).hash());
        for (var round : record.ended()) {
            if (round.isDone()) {
                var made = record.made().getOrDefault(round.round(), Digest.ZERO);
                requireNext(tasks.count(), round, made);
                tasks.done(made);
            }
        }
        return tasks;
    }

    /** A record that does not follow the plan is not taken up. */
    private void requireNext(int task, RoundView round, Digest made) {
        boolean fits =
                task < schedule.size()
                        && schedule.get(task).words().equals(round.task())
                        && inGroup(task % groups.size()).makesModel(schedule.get(task))
                                != made.equals(Digest.ZERO);
        if (!fits) {
            throw new IllegalStateException("round " + round.round() + " is not the next task");
        }
    }

    /** Whether a round of this group with {@code task} makes a model: the last group's does, from the sums of all. */
    boolean makesModel(Task task) {
        return switch (task) {
            case Task.Evaluate _ -> false;
            case Task.Train _, Task.Statistics _ -> isLastGroup();
        };
    }

    JobRules jobRules() {
        return new JobRules(
                groups.stream().map(Group::rules).toList(),
                schedule.size(),
                ATTEMPTS_MAX,
                roundsMax(),
                plan.leastApart());
    }

    /** A site pays for so many rounds and no more, whether they end well or not. */
    private long roundsMax() {
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> Long.MAX_VALUE;
            case Guarantee.RecordLevel records -> records.commits();
        };
    }

    /** The rules of a round after {@code past}, but for removed pairs: these decide alone when enough shares are there. */
    RoundRules roundRules(PastSums past) {
        return roundRules(past, Collections.emptySortedMap());
    }

    /** The rules of a round in {@code epoch} after {@code past}. */
    RoundRules roundRules(ReadyEpoch epoch, PastSums past) {
        var apart = new TreeMap<SiteId, SortedSet<SiteId>>();
        for (var pair : epoch.graph().removal().pairs()) {
            apart.computeIfAbsent(site(pair.low()), _ -> new TreeSet<>()).add(site(pair.high()));
            apart.computeIfAbsent(site(pair.high()), _ -> new TreeSet<>()).add(site(pair.low()));
        }
        return roundRules(past, apart);
    }

    private RoundRules roundRules(PastSums past, SortedMap<SiteId, SortedSet<SiteId>> apart) {
        var vote =
                switch (policy().fastPath()) {
                    case ALLOWED -> RoundRules.Vote.IF_ANY_IS_MISSING;
                    case REFUSED -> RoundRules.Vote.ALWAYS;
                };
        return new RoundRules(policy().floor(), policy().q(), policy().t(), vote, past, apart);
    }

    Codec codec(Task task) {
        return Payloads.codec(plan, task, roster().size());
    }

    Bytes config(Task task) {
        return RoundConfigJson.bytes(planHash, task);
    }

    OptionalInt index(SiteId site) {
        return roster().indexOf(site);
    }

    SiteId site(int index) {
        return roster().member(index).site();
    }

    SiteSet indices(Collection<SiteId> sites) {
        return SiteSet.of(
                roster().size(), sites.stream().map(site -> index(site).orElseThrow()).toList());
    }

    SortedSet<SiteId> sites(SiteSet indices) {
        var sites = new TreeSet<SiteId>();
        indices.stream().forEach(index -> sites.add(site(index)));
        return Collections.unmodifiableSortedSet(sites);
    }

    /** B: as many rounds as are left, those of other groups included, and some spare ones, within the memory rule of PROTOCOL.md §3.2. */
    int epochRounds(int tasksLeft) {
        int most = EpochSize.roundsMax(roster().size(), roster().size() - 1);
        return Math.clamp((long) tasksLeft + SPARE_ROUNDS, EpochSize.ROUNDS_MIN, most);
    }
}
