package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.files.PlanJson;
import io.confide.common.model.Fold;
import io.confide.common.model.JobId;
import io.confide.common.model.Task;
import io.confide.coordinator.port.RoundTally;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

class PlanCostTest {
    private static final int SITES = StoredCoordinator.SITES;

    @TempDir Path directory;

    @Test
    void whatIsPlannedIsWhatARealJobThenHas() {
        try (var coordinator = new StoredCoordinator(directory)) {
            coordinator.connectSites();
            var end = coordinator.completed(StoredCoordinator.JOB);
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            var job = JobId.of(end.id());
            var desk = coordinator.desk();
            var cost = desk.cost(job).orElseThrow();
            assertEquals(end.roundsPlanned(), cost.planned().rounds());
            assertEquals(end.roundsDone(), cost.soFar().rounds());
            assertEquals(0, cost.soFar().givenUp());
            var seconds = desk.rounds(job).stream().map(RoundView::seconds).sorted().toList();
            assertEquals(
                    Optional.of((seconds.get(3) + seconds.get(4)) / 2),
                    cost.soFar().medianSeconds());
            var plan = PlanJson.parse(coordinator.records().store().plan(job).orElseThrow());
            long inputs =
                    plan.schedule().stream()
                            .mapToLong(task -> 8L * Payloads.codec(plan, task, SITES).words())
                            .sum();
            assertEquals(SITES * inputs, cost.soFar().inputBytes(), "everybody was in every sum");
            assertEquals(SITES * inputs, cost.planned().inputBytes(), "as planned");
            var round = desk.round(job, 1).orElseThrow();
            var header = round.uploads().firstEntry().getValue();
            assertEquals(
                    PlanCost.HEADER_BYTES, header.body().length() + header.signature().length());
            long words = Payloads.codec(plan, new Task.Train(new Fold.All()), SITES).words();
            assertTrue(cost.planned().roundUpBytes() > 8 * words);
            assertTrue(cost.planned().upBytes() > inputs);
            int model = InitialModel.of(plan).bytes().length();
            int proofs = SITES * (Integer.BYTES + 32 + 64);
            assertTrue(cost.planned().roundDownBytes() > model + proofs);
        }
    }

    @Test
    void sumsCostWhatTheirTaskPutsIntoOneInput() {
        var plan = Consortium.plan(SITES, 2, 0, 3, 60);
        var train = new Task.Train(new Fold.All());
        var tally =
                new RoundTally(
                        new TreeMap<>(
                                Map.of(
                                        train.words(),
                                        new RoundTally.Sums(2, 5),
                                        "a task of another plan",
                                        new RoundTally.Sums(1, 3))),
                        1,
                        Optional.of(2.5));
        var cost = new PlanCost(plan, SITES).of(tally);
        assertEquals(3, cost.soFar().rounds());
        assertEquals(1, cost.soFar().givenUp());
        assertEquals(Optional.of(2.5), cost.soFar().medianSeconds());
        long each = 8L * Payloads.codec(plan, train, SITES).words();
        assertEquals(5 * each, cost.soFar().inputBytes());
        var none = new PlanCost(plan, SITES).of(RoundTally.NONE);
        assertEquals(Optional.empty(), none.soFar().medianSeconds());
        assertEquals(2 * none.planned().roundUpBytes(), none.planned().upBytes());
    }

    @Test
    void moreSitesAndALargerModelCostMore() {
        var plan = Consortium.plan(SITES, 2, 0, 3, 60);
        var few = new PlanCost(plan, SITES).of(RoundTally.NONE).planned();
        var many = new PlanCost(plan, 40).of(RoundTally.NONE).planned();
        assertTrue(many.roundUpBytes() > few.roundUpBytes());
        assertTrue(many.downBytes() > few.downBytes());
        var wide =
                new PlanCost(Consortium.plan(60, 2, 0, 3, 60), SITES).of(RoundTally.NONE).planned();
        assertTrue(wide.roundDownBytes() > few.roundDownBytes());
    }
}
