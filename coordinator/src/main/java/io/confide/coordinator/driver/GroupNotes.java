package io.confide.coordinator.driver;

import io.confide.common.files.Words;
import io.confide.common.model.Groups;
import io.confide.common.model.Plan;
import io.confide.common.robust.SpoiledGroups;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the groups of a plan give and what they cost, for the person who is about to submit it. */
final class GroupNotes {
    private final Plan plan;
    private final Groups groups;
    private final List<Roster> rosters;
    private final int colluders;

    GroupNotes(Plan plan, Roster roster, Groups groups) {
        this.plan = plan;
        this.groups = groups;
        this.rosters = Partition.of(roster, groups.count()).groups();
        this.colluders = roster.colluders();
    }

    List<String> all() {
        return List.of(give(), chance(), least(), hiding(), time(), metrics());
    }

    private String give() {
        return "the sites are summed apart in %d groups of %s, which follow from the roster; the %s of the groups' means makes each model, and %s may be spoiled by any number of dishonest sites in them"
                .formatted(
                        groups.count(),
                        list(rosters.stream().map(Roster::size).toList()),
                        Words.of(groups.combine()),
                        many(groups.tolerated(), "group"));
    }

    private String chance() {
        var sizes = rosters.stream().map(Roster::size).toList();
        if (SpoiledGroups.most(sizes, colluders) <= groups.tolerated()) {
            return "%s, as many as the roster bears, cannot be in more than %s"
                    .formatted(
                            many(colluders, "dishonest site"), many(groups.tolerated(), "group"));
        }
        double chance = SpoiledGroups.chanceOfMoreThan(groups.tolerated(), sizes, colluders);
        return String.format(
                Locale.ROOT,
                "%s, as many as the roster bears, are in more than %s and carry the model away with"
                    + " probability %s if they are anywhere alike; use more groups or a smaller C",
                many(colluders, "dishonest site"),
                many(groups.tolerated(), "group"),
                chance < 0.001
                        ? String.format(Locale.ROOT, "%.1e", chance)
                        : String.format(Locale.ROOT, "%.3f", chance));
    }

    private String least() {
        return "at least %s sites of the groups must take part, or the job waits and then ends; %s must help to open a sum"
                .formatted(
                        list(rosters.stream().map(this::floor).toList()),
                        list(rosters.stream().map(Roster::t).toList()));
    }

    private String hiding() {
        int fewest = rosters.stream().mapToInt(this::floor).min().orElseThrow() - colluders;
        return "cost: the coordinator learns %d sums where it would learn one, and a site hides among the honest sites of its group alone, in the smallest sum %d with itself"
                .formatted(groups.count(), fewest);
    }

    private String time() {
        return "cost: the groups have their rounds one after the other, so a task takes %d rounds; a mean of fewer sites varies more, and the %s of several keeps less of it than one mean of all"
                .formatted(groups.count(), Words.of(groups.combine()));
    }

    private static String metrics() {
        return "metrics add up the sums of all groups: a dishonest site cannot spoil the model by"
                + " them, but it can falsify them";
    }

    private int floor(Roster roster) {
        return Math.max(roster.mMin(), plan.aggregation().minimumIncluded());
    }

    private static String many(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String list(List<Integer> numbers) {
        return numbers.stream().distinct().count() == 1
                ? "" + numbers.getFirst()
                : numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
