package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Groups;
import io.confide.common.model.Groups.Combine;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.Training;
import io.confide.common.secagg.Roster;

import org.junit.jupiter.api.Test;

import java.util.List;

class PlanPreviewTest {
    @Test
    void saysWhichBitsWouldCostNothing() {
        try (var sites = new SimSites(7, 1)) {
            var facts = PlanPreview.of(plan(16), sites.roster).notes();
            assertTrue(
                    facts.contains("aggregation.bits: 18 would take no more bytes than 16"),
                    facts::toString);
            assertEquals(1, hints(plan(8), sites.roster));
            assertEquals(0, hints(plan(18), sites.roster));
            assertEquals(0, hints(plan(24), sites.roster));
        }
    }

    /** What groups give and cost is said before anybody submits; every number follows from the roster. */
    @Test
    void saysWhatGroupsGiveAndCost() {
        try (var sites = new SimSites(14, 1)) {
            var plan = Consortium.plan(14, 2, 0, 3, 60);
            var check =
                    PlanPreview.of(
                            Consortium.grouped(plan, new Groups(3, Combine.MEDIAN, 1)),
                            sites.roster);
            assertEquals(6, check.rounds());
            var notes = String.join("\n", check.notes());
            for (var part :
                    List.of(
                            "summed apart in 3 groups of 4, 5, 5, which follow from the roster",
                            "the median of the groups' means makes each model, and 1 group may be"
                                    + " spoiled",
                            "1 dishonest site, as many as the roster bears, cannot be in more than"
                                    + " 1 group",
                            "at least 3, 4, 4 sites of the groups must take part",
                            "the coordinator learns 3 sums where it would learn one, and a site"
                                    + " hides among the honest sites of its group alone, in the"
                                    + " smallest sum 2 with itself",
                            "a task takes 3 rounds",
                            "metrics add up the sums of all groups")) {
                assertTrue(notes.contains(part), () -> part + " in " + notes);
            }
        }
        try (var sites = new SimSites(15, 2)) {
            var plan = Consortium.plan(15, 2, 0, 3, 60);
            var notes =
                    PlanPreview.of(
                                    Consortium.grouped(plan, new Groups(3, Combine.MEDIAN, 1)),
                                    sites.roster)
                            .notes();
            // Two of fifteen are in one of three groups of five with probability 2/7.
            assertTrue(
                    notes.stream().anyMatch(note -> note.contains("with probability 0.714")),
                    notes::toString);
        }
    }

    /** A ledger keeps to one order, at which a sample costs more than its ε. */
    @Test
    void saysHowRecordsAreSampledAndWhatBudgetASiteNeeds() {
        try (var sites = new SimSites(7, 1)) {
            var notes = PlanPreview.of(sampled(0.2), sites.roster).notes();
            assertTrue(
                    notes.stream()
                            .anyMatch(
                                    note ->
                                            note.matches(
                                                    "privacy: ε = 2\\.9\\d\\d at δ = 1\\.0E-5 for"
                                                        + " every record \\(added or removed,"
                                                        + " Poisson sampling at rate 0\\.2, 40"
                                                        + " commits, 1 of 6 sites colluding\\); a"
                                                        + " site takes it with a budget of ε ="
                                                        + " (2\\.9|3\\.0)\\d+ or more")),
                    notes::toString);
            var everyone = PlanPreview.of(sampled(1), sites.roster).notes();
            assertTrue(
                    everyone.stream()
                            .anyMatch(
                                    note ->
                                            note.contains("no sampling")
                                                    && note.endsWith("ledger is charged that")),
                    everyone::toString);
        }
    }

    private static Plan sampled(double rate) {
        Plan plan = Consortium.plan(7, 1, 0, 4, 60);
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                new Training(Training.Mode.FEDSGD, 40, 1, 0, 0.5, 0),
                new Plan.Aggregation(6, 1, 2, 16, 100, 30),
                new Plan.Evaluation(0, 7, 10),
                plan.release(),
                new Guarantee.RecordLevel(50, 1e-5, 2, 6, 1, 40, 685, rate, 19, 1 << 20, 1L << 40),
                plan.seed());
    }

    private static long hints(Plan plan, Roster roster) {
        return PlanPreview.of(plan, roster).notes().stream()
                .filter(fact -> fact.startsWith("aggregation.bits"))
                .count();
    }

    private static Plan plan(int bits) {
        Plan plan = Consortium.plan(7, 2, 0, 4, 60);
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(5, 1, 2, bits, 100, 30),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }
}
