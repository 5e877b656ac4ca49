package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.InitialModel;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.secagg.Subject;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Whole jobs: the driver, both machines and the coordinator's protocol against the real protocol of every site. Site i's
 * update is the i-th unit vector, so each model's step says who was in the sum: 0 is a lost input, 2 one counted twice, and
 * anything else a mask that stayed in.
 */
class JobEndToEndTest {
    private static final int SITES = 5;

    @TempDir Path directory;

    private Consortium consortium() {
        return new Consortium(SITES, 1, directory, Consortium.QUICK);
    }

    @Test
    void everyRoundIsTheSumOfExactlyTheIncludedSites() {
        try (var c = consortium()) {
            var plan = Consortium.plan(SITES, 3, 2, 4, 60);
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertEquals(11, end.roundsDone());
            assertEquals(11, c.rounds().size());
            assertExactSums(c, plan);
            assertTrue(c.rounds().stream().allMatch(round -> round.included().size() == SITES));
            // Two evaluations, each with the unit vectors of all sites.
            double all = IntStream.range(0, SITES).mapToDouble(SimSite::unit).sum();
            assertEquals(2 * all, end.metrics().get("rows"));
            assertEquals(Map.of("auc", 1.0), Map.of("auc", end.metrics().get("auc")));
        }
    }

    @Test
    void aFoldEndsWhenItsModelRepeatsInsteadOfAskingForInputsThatNoSiteGivesTwice() {
        try (var c = consortium()) {
            c.sites.connectAll();
            c.sites.all().forEach(site -> site.settlesAfter(2));
            c.start(Consortium.nearest(Consortium.plan(SITES, 30, 2, 4, 60)));
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertEquals(92, end.roundsDone());
            assertEquals(
                    List.of("train fold 0", "train fold 0", "evaluate fold 0", "train fold 1"),
                    c.rounds().subList(2, 6).stream().map(RoundView::task).toList());
            assertEquals(10, c.rounds().size());
            assertEquals(
                    List.of(26, 28, 28),
                    c.entries(LogEntry.EventShown.class).stream()
                            .map(shown -> shown.event().data().get("spared"))
                            .filter(Objects::nonNull)
                            .toList());
        }
    }

    @Test
    void rotatedUpdatesAreSummedAsExactly() {
        try (var c = consortium()) {
            var plan = Consortium.rotated(Consortium.plan(SITES, 3, 0, 4, 60));
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertExactSums(c, plan);
        }
    }

    @Test
    void aCompletedJobLeavesTheFilesThatItsPlanReleases() {
        try (var c = consortium()) {
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 1, 2, 4, 60));
            assertEquals(JobState.COMPLETED, c.await().state());
            var made = c.entries(LogEntry.ArtifactsMade.class);
            assertEquals(1, made.size());
            assertEquals(
                    new TreeSet<>(
                            List.of(
                                    "card.md",
                                    "fold-0.safetensors",
                                    "fold-1.safetensors",
                                    "manifest.json",
                                    "metrics.json",
                                    "model.safetensors")),
                    new TreeSet<>(made.getFirst().files().keySet()));
            assertEquals(c.models().getLast().hash(), made.getFirst().modelHash());
        }
    }

    @Test
    void aSiteThatDiesBeforeItsUploadIsLeftOutAndNamed() {
        try (var c = consortium()) {
            var plan = Consortium.plan(SITES, 4, 0, 4, 60);
            c.sites.site(2).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertExactSums(c, plan);
            var second = c.rounds().get(1);
            assertEquals(4, second.included().size());
            assertEquals(
                    List.of(new DroppedView("site-2", "upload", "connection lost")),
                    second.dropped());
            // From then on it is not even asked.
            assertEquals(
                    List.of(new DroppedView("site-2", "open", "not connected")),
                    c.rounds().get(2).dropped());
        }
    }

    @Test
    void anInputOfASiteThatDiesAfterItsUploadIsStillInTheSum() {
        for (var step : List.of(Fate.Step.AFTER_UPLOAD, Fate.Step.REVEAL)) {
            try (var c =
                    new Consortium(SITES, 1, directory.resolve(step.name()), Consortium.QUICK)) {
                var plan = Consortium.plan(SITES, 3, 0, 4, 60);
                c.sites.site(0).suffers(new Fate(2, step, Fate.Kind.DIES));
                c.sites.connectAll();
                c.start(plan);
                var end = c.await();
                assertEquals(JobState.COMPLETED, end.state(), end::toString);
                assertExactSums(c, plan);
                assertEquals(SITES, c.rounds().get(1).included().size(), step::name);
                assertEquals(4, c.rounds().get(2).included().size(), step::name);
            }
        }
    }

    @Test
    void inAVoteASiteMayDieBeforeItSignsAndItsInputIsStillInTheSum() {
        try (var c = new Consortium(7, 1, directory, Consortium.QUICK)) {
            var plan = Consortium.plan(7, 3, 0, 4, 60);
            // Where everybody uploads there is no vote.
            c.sites.site(6).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.site(0).suffers(new Fate(2, Fate.Step.SIGN, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertExactSums(c, plan);
            assertEquals(6, c.rounds().get(1).included().size());
            assertEquals(5, c.rounds().get(2).included().size());
        }
    }

    @Test
    void inAVoteAConnectionMayBreakAndComeBack() {
        try (var c = consortium()) {
            c.sites.site(4).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.site(1).suffers(new Fate(2, Fate.Step.SIGN, Fate.Kind.BLINKS));
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 3, 0, 4, 60));
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertEquals(
                    List.of(5, 4, 4), c.rounds().stream().map(r -> r.included().size()).toList());
        }
    }

    @Test
    void aConnectionThatComesBackWithinTheGraceCostsNothing() {
        for (var step : List.of(Fate.Step.UPLOAD, Fate.Step.AFTER_UPLOAD, Fate.Step.REVEAL)) {
            try (var c =
                    new Consortium(SITES, 1, directory.resolve(step.name()), Consortium.QUICK)) {
                var plan = Consortium.plan(SITES, 3, 0, 5, 60);
                c.sites.site(1).suffers(new Fate(2, step, Fate.Kind.BLINKS));
                c.sites.connectAll();
                c.start(plan);
                var end = c.await();
                assertEquals(JobState.COMPLETED, end.state(), end::toString);
                assertExactSums(c, plan);
                assertEquals(1, end.epoch(), step::name);
                assertTrue(
                        c.rounds().stream().allMatch(round -> round.included().size() == SITES),
                        step::name);
            }
        }
    }

    @Test
    void aRestartedSiteIsCountedAgainFromTheNextEpochOn() {
        for (var step : List.of(Fate.Step.UPLOAD, Fate.Step.REVEAL)) {
            try (var c =
                    new Consortium(SITES, 1, directory.resolve(step.name()), Consortium.QUICK)) {
                var plan = Consortium.plan(SITES, 200, 0, 4, 60);
                c.sites.site(3).suffers(new Fate(2, step, Fate.Kind.RESTARTS));
                c.sites.site(0).waitsForTheReturnOf(c.sites.site(3), 3);
                c.sites.connectAll();
                c.start(plan);
                var end = c.await();
                assertEquals(JobState.COMPLETED, end.state(), end::toString);
                assertExactSums(c, plan);
                var last = c.rounds().getLast();
                assertEquals(SITES, last.included().size(), step::name);
                assertEquals(2, last.epoch(), step::name);
            }
        }
    }

    @Test
    void aLateRefusalOfSomethingOldDoesNotCostASiteItsPlaceInTheNewKeys() {
        try (var c = consortium()) {
            c.sites
                    .site(3)
                    .refusesLate(new Subject.Round(77), new Subject.Setup(0), new Subject.Untold());
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 1, 0, 4, 60));
            assertEquals(JobState.COMPLETED, c.await().state());
            var only = c.rounds().getFirst();
            assertEquals(SITES, only.included().size());
            assertEquals(1, only.epoch());
        }
    }

    @Test
    void belowTheFloorTheJobFailsWithOneSentenceThatNamesTheMissing() {
        try (var c = consortium()) {
            c.sites.site(0).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.site(1).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 4, 0, 4, 60));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state());
            assertEquals(1, end.roundsDone());
            String reason = end.reason().orElseThrow();
            assertTrue(reason.contains("only 3 sites and needs 4"), reason);
            assertTrue(reason.contains("site-0") && reason.contains("site-1"), reason);
            var told = c.sites.site(4).ended;
            assertTrue(
                    told.isEmpty() || told.getFirst().outcome().startsWith("FAILED"),
                    told::toString);
        }
    }

    @Test
    void aRoundThatFailedIsRunAgainWithTheSameInputsOnceTheSitesGaveItUp() {
        try (var c = consortium()) {
            var plan = Consortium.plan(SITES, 3, 0, 4, 60);
            c.sites.site(0).isFaulty(2, 3);
            c.sites.site(1).isFaulty(2, 3);
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            assertEquals(List.of("DONE", "TOO_FEW", "TOO_FEW", "DONE", "DONE"), outcomes(c));
            assertEquals(c.rounds().get(1).task(), c.rounds().get(3).task());
            assertExactSums(c, plan);
        }
    }

    @Test
    void aRoundThatFailsAgainAndAgainEndsTheJobWithItsSentence() {
        try (var c = consortium()) {
            c.sites.site(0).isFaulty(2, Long.MAX_VALUE);
            c.sites.site(1).isFaulty(2, Long.MAX_VALUE);
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 4, 0, 4, 60));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state());
            assertEquals(7, c.rounds().size());
            String reason = end.reason().orElseThrow();
            assertTrue(reason.contains("only 3 sites and needs 4"), reason);
            assertTrue(reason.contains("Start the missing sites"), reason);
        }
    }

    @Test
    void withoutAQuorumOfSignaturesNothingIsOpened() {
        try (var c = consortium()) {
            c.sites.site(0).suffers(new Fate(2, Fate.Step.SIGN, Fate.Kind.DIES));
            // Where everybody uploads there is no vote.
            c.sites.site(1).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 4, 0, 4, 60));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state());
            assertEquals(List.of("DONE", "NO_QUORUM"), outcomes(c));
            assertEquals(1, c.models().size(), "no sum of the second round came out");
        }
    }

    @Test
    void withoutEnoughRevealsNothingIsOpened() {
        try (var c = consortium()) {
            c.sites.site(0).suffers(new Fate(2, Fate.Step.REVEAL, Fate.Kind.DIES));
            c.sites.site(1).suffers(new Fate(2, Fate.Step.REVEAL, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 4, 0, 4, 60));
            assertEquals(JobState.FAILED, c.await().state());
            assertEquals(List.of("DONE", "NO_SHARES"), outcomes(c));
            assertEquals(1, c.models().size(), "no sum of the second round came out");
        }
    }

    @Test
    void aSiteThatDeniesIsLeftOutAndTheOthersStart() {
        try (var c = consortium()) {
            var plan = Consortium.plan(SITES, 2, 0, 4, 60);
            c.sites.site(4).answers(SiteBody.Verdict.DENIED);
            c.sites.connectAll();
            c.start(plan);
            assertEquals(JobState.COMPLETED, c.await().state());
            assertExactSums(c, plan);
            assertTrue(c.rounds().stream().noneMatch(round -> round.cohort().contains("site-4")));
        }
    }

    @Test
    void aJobThatTooManyDenyFailsAtOnceWithTheirReasons() {
        try (var c = consortium()) {
            c.sites.site(3).answers(SiteBody.Verdict.DENIED);
            c.sites.site(4).answers(SiteBody.Verdict.DENIED);
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 2, 0, 4, 60));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state());
            assertTrue(end.reason().orElseThrow().contains("the steward says so"));
        }
    }

    @Test
    void aRoundWithoutLossesCostsThreeCommits() {
        try (var c = consortium()) {
            c.sites.connectAll();
            c.start(Consortium.plan(SITES, 200, 0, 4, 60));
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            int perRound = c.log.commits() / 200;
            assertTrue(perRound <= 3, () -> c.log.commits() + " commits in 200 rounds");
        }
    }

    private static List<String> outcomes(Consortium c) {
        return c.rounds().stream().map(RoundView::outcome).toList();
    }

    /** Every model is the one before plus the mean of the unit vectors of exactly the included sites. */
    static void assertExactSums(Consortium c, Plan plan) {
        var before = new ArrayList<>(List.of(InitialModel.of(plan)));
        var models = c.models().iterator();
        for (var round : c.rounds()) {
            if (!round.task().startsWith("train")) {
                before.set(0, InitialModel.of(plan));
                continue;
            }
            if (!round.outcome().equals("DONE")) {
                continue;
            }
            var after = models.next();
            assertStep(before.getFirst(), after, round);
            before.set(0, after);
        }
        assertTrue(!models.hasNext());
    }

    private static void assertStep(ModelState before, ModelState after, RoundView round) {
        float[] from = before.parameters();
        float[] to = after.parameters();
        int included = round.included().size();
        for (int i = 0; i < from.length; i++) {
            double counted = (to[i] - from[i]) * included;
            double expected = round.included().contains("site-" + i) ? 1 : 0;
            assertEquals(expected, counted, 1e-4, "site " + i + " in " + round);
        }
    }
}
