package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Groups;
import io.confide.common.model.Groups.Combine;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.common.robust.Combiner;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whole jobs whose sites are summed in three groups of four. A site's update is its unit vector and a common part, so that each
 * group's proposal says who was in its sum, and the common part moves the median.
 */
class GroupedJobTest {
    private static final int SITES = 12;
    private static final int GROUPS = 3;
    private static final double COMMON = 0.125;

    @TempDir Path directory;

    private Consortium consortium() {
        var c = new Consortium(SITES, 1, directory, Consortium.QUICK);
        for (int site = 0; site < SITES; site++) {
            c.sites.site(site).works(unitAndCommon(site));
        }
        return c;
    }

    private static SimWork unitAndCommon(int site) {
        return (plan, task, _, _) -> {
            var payload = SimWork.nothing(plan, task);
            switch (task) {
                case Task.Train _ -> {
                    double[] update = payload.get(Payloads.UPDATE);
                    Arrays.fill(update, COMMON * (1 + site / 64.0));
                    update[site] += 1;
                    payload.get(Payloads.WEIGHT)[0] = 1;
                }
                case Task.Evaluate _ -> payload.get(Payloads.ROWS)[0] = 1 << site;
                case Task.Statistics _ -> payload.get(Payloads.PRESENT)[0] = 1;
            }
            return payload;
        };
    }

    private static Plan plan(int rounds, int folds) {
        var median = new Groups(GROUPS, Combine.MEDIAN, 1);
        return Consortium.grouped(Consortium.plan(SITES, rounds, folds, 3, 60), median);
    }

    private static List<Roster> groups(Consortium c) {
        return Partition.of(c.sites.roster, GROUPS).groups();
    }

    private static TreeSet<String> names(Roster group) {
        var names = new TreeSet<String>();
        group.members().forEach(member -> names.add(member.site().value()));
        return names;
    }

    private static SimSite site(Consortium c, SiteId id) {
        return c.sites.all().stream().filter(s -> s.id.equals(id)).findFirst().orElseThrow();
    }

    @Test
    void everyGroupHasEveryTaskAndTheModelIsTheMedianOfTheirs() {
        try (var c = consortium()) {
            var plan = plan(3, 2);
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertEquals(11 * GROUPS, end.roundsDone());
            assertEquals(11 * GROUPS, end.roundsPlanned());
            assertEquals(SITES, end.rosterSize());
            assertExactSums(c, plan);
            var rounds = c.rounds();
            for (int i = 0; i < rounds.size(); i++) {
                var group = groups(c).get(i % GROUPS);
                assertEquals(names(group), new TreeSet<>(rounds.get(i).included()));
                assertEquals(1 + i % GROUPS, rounds.get(i).epoch(), "each group has its own keys");
            }
            // The metrics are added over the groups: both evaluations counted every site once.
            assertEquals(2.0 * ((1 << SITES) - 1), end.metrics().get("rows"));
            assertFalse(c.entries(LogEntry.ArtifactsMade.class).isEmpty());
        }
    }

    /** P1: a coordinator whose group is not the one that the sites work out themselves gets no keys, and so no input. */
    @Test
    void sitesThatWorkOutAnotherGroupGiveNothing() {
        try (var c = consortium()) {
            var first = groups(c).getFirst();
            for (var member : first.members()) {
                site(c, member.site())
                        .expects(
                                own ->
                                        new Roster(
                                                own.version(),
                                                own.colluders(),
                                                own.coordinatorKey(),
                                                own.members().reversed()));
            }
            c.sites.connectAll();
            c.start(plan(1, 0));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state(), end::toString);
            assertTrue(c.rounds().isEmpty(), "no sum without keys");
            assertTrue(end.reason().orElseThrow().contains("K1"), end::toString);
        }
    }

    @Test
    void aSiteThatDiesIsLeftOutOfItsGroupAlone() {
        try (var c = consortium()) {
            var plan = plan(3, 0);
            var gone = groups(c).get(1).member(2).site();
            // The second round of that group is round 5.
            site(c, gone).suffers(new Fate(5, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertExactSums(c, plan);
            assertEquals(
                    List.of(4, 4, 4, 4, 3, 4, 4, 3, 4),
                    c.rounds().stream().map(round -> round.included().size()).toList());
            assertEquals(
                    List.of(new DroppedView(gone.value(), "upload", "connection lost")),
                    c.rounds().get(4).dropped());
        }
    }

    @Test
    void aSiteThatRestartsIsCountedAgainWithNewKeysOfItsGroup() {
        try (var c = consortium()) {
            var plan = plan(5, 0);
            var back = groups(c).get(1).member(2).site();
            site(c, back).suffers(new Fate(5, Fate.Step.UPLOAD, Fate.Kind.RESTARTS));
            site(c, groups(c).get(2).member(0).site()).waitsForTheReturnOf(site(c, back), 6);
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertExactSums(c, plan);
            // Its new process sends the input that was recorded, so the sum is whole.
            assertEquals(names(groups(c).get(1)), new TreeSet<>(c.rounds().get(4).included()));
            assertEquals(1, site(c, back).trainings.get(5L));
            assertEquals(1, site(c, back).inputs.get(5L).size());
            var next = c.rounds().get(7);
            assertEquals(names(groups(c).get(1)), new TreeSet<>(next.included()));
            assertEquals(4, next.epoch());
            assertEquals(List.of(3L, 1L, 4L), epochs(c).subList(5, 8));
        }
    }

    /** A site that has nothing to say in another group's round is not heard there, whatever it says. */
    @Test
    void whatASiteSaysInTheRoundOfAnotherGroupIsNotHeard() {
        try (var c = consortium()) {
            var plan = plan(2, 0);
            var stranger = site(c, groups(c).getFirst().member(1).site());
            var victim = groups(c).get(1).member(0).site();
            int index = c.sites.roster.indexOf(victim).orElseThrow();
            var honest = unitAndCommon(index);
            site(c, victim)
                    .works(
                            (of, task, model, round) -> {
                                stranger.meddlesIn(Consortium.JOB, round);
                                return honest.payload(of, task, model, round);
                            });
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertExactSums(c, plan);
            for (var round : c.rounds()) {
                assertEquals(4, round.included().size());
                assertEquals(List.of(), round.dropped());
            }
        }
    }

    private static List<Long> epochs(Consortium c) {
        return c.rounds().stream().map(RoundView::epoch).toList();
    }

    @Test
    void aGroupBelowItsFloorEndsTheJobAndIsNamed() {
        try (var c = consortium()) {
            var group = groups(c).get(2);
            for (int member = 0; member < 2; member++) {
                site(c, group.member(member).site())
                        .suffers(new Fate(6, Fate.Step.UPLOAD, Fate.Kind.DIES));
            }
            c.sites.connectAll();
            c.start(plan(3, 0));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state(), end::toString);
            var reason = end.reason().orElseThrow();
            assertTrue(reason.contains("only 2 sites and needs 3"), reason);
            assertTrue(reason.contains(group.member(0).site().value()), reason);
            assertFalse(reason.contains(groups(c).getFirst().member(0).site().value() + " "));
        }
    }

    @Test
    void aRoundThatFailsIsRepeatedByItsGroupAlone() {
        try (var c = consortium()) {
            var plan = plan(2, 0);
            for (int member = 0; member < 2; member++) {
                site(c, groups(c).get(1).member(member).site()).isFaulty(5, 5);
            }
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertEquals(
                    List.of("DONE", "DONE", "DONE", "DONE", "TOO_FEW", "DONE", "DONE"),
                    c.rounds().stream().map(RoundView::outcome).toList());
            assertExactSums(c, plan);
        }
    }

    /** A group whose weights do not add up to anything has no mean: it asks for no change, and the others decide. */
    @Test
    void aGroupWithoutAMeanStopsNothing() {
        try (var c = consortium()) {
            var plan = plan(2, 0);
            for (var member : groups(c).get(1).members()) {
                site(c, member.site()).works(GroupedJobTest::weighsNothing);
            }
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            var models = made(c);
            assertEquals(InitialModel.of(plan), models.get("group-1").getFirst());
            // The least of three values that are 0 and twice positive is 0; the median is the
            // lesser of the two others.
            float[] step = difference(InitialModel.of(plan), models.get("final").getFirst());
            for (float moved : step) {
                assertTrue(moved >= COMMON - 1e-5, "moved by " + moved);
            }
        }
    }

    private static Map<String, double[]> weighsNothing(
            Plan plan, Task task, ModelState model, long round) {
        var payload = SimWork.nothing(plan, task);
        payload.get(Payloads.WEIGHT)[0] = -1;
        return payload;
    }

    private static Map<String, List<ModelState>> made(Consortium c) {
        var made = new TreeMap<String, List<ModelState>>();
        for (var entry : c.entries(LogEntry.ModelMade.class)) {
            made.computeIfAbsent(entry.slot(), _ -> new ArrayList<>())
                    .add(ModelState.parse(entry.state()));
        }
        return made;
    }

    private static float[] difference(ModelState from, ModelState to) {
        float[] step = to.parameters();
        float[] before = from.parameters();
        for (int i = 0; i < step.length; i++) {
            step[i] -= before[i];
        }
        return step;
    }

    /** Every proposal is the model before plus the mean of exactly the included sites of that group; every model the median. */
    private static void assertExactSums(Consortium c, Plan plan) {
        var combine = plan.aggregation().groups().orElseThrow();
        var before = InitialModel.of(plan);
        var made = c.entries(LogEntry.ModelMade.class).iterator();
        var proposals = new ArrayList<float[]>();
        for (var round : c.rounds()) {
            if (!round.outcome().equals("DONE")) {
                continue;
            }
            if (!round.task().startsWith("train")) {
                before = InitialModel.of(plan);
                continue;
            }
            proposals.add(expected(before, round));
            var kept = made.next();
            var model = ModelState.parse(kept.state());
            if (proposals.size() < GROUPS) {
                assertEquals("group-" + (proposals.size() - 1), kept.slot());
                assertArrayEquals(proposals.getLast(), model.parameters(), 1e-5f);
                // So that rounding does not add up over the rounds.
                proposals.set(proposals.size() - 1, model.parameters());
            } else {
                assertArrayEquals(Combiner.combine(combine, proposals), model.parameters(), 1e-5f);
                proposals.clear();
                before = model;
            }
        }
        assertFalse(made.hasNext());
    }

    private static float[] expected(ModelState before, RoundView round) {
        float[] parameters = before.parameters();
        double included = round.included().size();
        for (var name : round.included()) {
            int site = Integer.parseInt(name.substring("site-".length()));
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += (float) (COMMON * (1 + site / 64.0) / included);
            }
            parameters[site] += (float) (1 / included);
        }
        return parameters;
    }
}
