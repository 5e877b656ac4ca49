package io.confide.coordinator.job;

import static io.confide.coordinator.job.Job.RULES;
import static io.confide.coordinator.job.Job.arrives;
import static io.confide.coordinator.job.Job.failed;
import static io.confide.coordinator.job.Job.gone;
import static io.confide.coordinator.job.Job.later;
import static io.confide.coordinator.job.Job.no;
import static io.confide.coordinator.job.Job.offer;
import static io.confide.coordinator.job.Job.running;
import static io.confide.coordinator.job.Job.set;
import static io.confide.coordinator.job.Job.yes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.SiteId;
import io.confide.coordinator.job.JobEvent.Session;
import io.confide.coordinator.round.PastSums;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

class JobMachineTest {
    private static Job restarted(JobMachine.Left left) {
        var standing =
                Standing.resumed(
                        RULES,
                        new Standing.Count(1, 1, 2, 0, 0),
                        PastSums.none(1),
                        set("a", "b", "c", "d", "e"),
                        Optional.empty(),
                        Collections.emptySortedMap());
        var epoch = new JobState.Epoch(1, set("a", "b", "c", "d", "e"), 100);
        var keys = new Keys(epoch, new Keys.Next.Idle(0));
        return new Job(JobMachine.resume(standing, keys, left));
    }

    private static JobEvent[] back(String... sites) {
        return Stream.of(sites)
                .flatMap(site -> Stream.of(arrives(site, Session.RETURNED), yes(site)))
                .toArray(JobEvent[]::new);
    }

    @Test
    void afterARestartNoRoundOpensBeforeEverybodyIsBack() {
        var job = restarted(new JobMachine.Left.Between());
        job.on(back("a", "b", "c", "d"));
        assertEquals(0, job.count(JobEffect.StartRound.class::isInstance));
        assertEquals(4, job.count(JobEffect.OfferPlan.class::isInstance));
        job.on(back("e"));
        var round = job.only(JobEffect.StartRound.class);
        assertEquals(set("a", "b", "c", "d", "e"), round.connected());
        assertEquals(3, round.round(), "a number is used once");
        assertEquals(1, round.epoch(), "they have their keys");
    }

    @Test
    void whoDoesNotComeBackInTimeIsNotWaitedFor() {
        var job = restarted(new JobMachine.Left.Between());
        var wait = job.only(JobEffect.StartReturn.class);
        job.on(back("a", "b", "c"));
        job.on(new JobEvent.PatiencePassed(wait.number()));
        assertEquals(set("a", "b", "c"), job.only(JobEffect.StartRound.class).connected());
    }

    @Test
    void aRoundThatGoesOnAfterARestartIsFollowedByOneWithEverybody() {
        var job = restarted(new JobMachine.Left.InRound());
        assertEquals(List.of(), job.effects);
        job.on(back("a", "b", "c"));
        job.on(new JobEvent.RoundDone(2));
        assertEquals(0, job.count(JobEffect.StartRound.class::isInstance));
        job.on(back("d", "e"));
        assertEquals(
                set("a", "b", "c", "d", "e"), job.only(JobEffect.StartRound.class).connected());
    }

    /** Those who have only not come back yet can still answer the round that takes its place. */
    @Test
    void aRoundThatFailsBeforeSitesAreBackAfterARestartIsRepeatedOnceTheyAre() {
        var job = restarted(new JobMachine.Left.InRound());
        job.on(back("a", "b"));
        job.on(failed(2));
        assertEquals(0, job.count(JobEffect.Finish.class::isInstance));
        job.on(new JobEvent.RoundWithdrawn(2));
        job.on(back("c", "d", "e"));
        assertEquals(
                set("a", "b", "c", "d", "e"), job.only(JobEffect.StartRound.class).connected());
    }

    @Test
    void aNewProcessHasNoKeysAfterARestartEither() {
        var job = restarted(new JobMachine.Left.Between());
        job.on(back("a", "b", "c", "d"));
        job.on(arrives("e", Session.NEW), yes("e"));
        assertEquals(set("a", "b", "c", "d"), job.only(JobEffect.StartRound.class).connected());
        assertEquals(set("a", "b", "c", "d", "e"), job.only(JobEffect.StartEpoch.class).sites());
    }

    @Test
    void theWholeLifeOfAJobWithoutLosses() {
        var job = running();
        for (int task = 0; task < 4; task++) {
            var round = job.only(JobEffect.StartRound.class);
            assertEquals(task, round.task());
            assertEquals(task + 1, round.round());
            assertEquals(set("a", "b", "c", "d", "e"), round.connected());
            job.on(new JobEvent.RoundDone(round.round()));
        }
        assertEquals(new JobState.Completed(4), job.only(JobEffect.Finish.class).end());
    }

    /** Under a guarantee a failed round is paid for as well; no site would pay for one more. */
    @Test
    void aJobEndsWithItsLastModelWhenNoFurtherRoundIsPaidFor() {
        var job = running(rules(4, 1));
        job.on(new JobEvent.RoundDone(1), new JobEvent.RoundDone(2));
        job.on(failed(3));
        job.on(new JobEvent.RoundWithdrawn(3));
        assertEquals(4, job.only(JobEffect.StartRound.class).round());
        job.on(new JobEvent.RoundDone(4));
        assertEquals(new JobState.Completed(3), job.only(JobEffect.Finish.class).end());
    }

    @Test
    void theLastPaidRoundIsNotGivenUpForAnother() {
        var job = running(rules(2, 1));
        job.on(new JobEvent.RoundDone(1));
        job.on(failed(2));
        assertEquals(new JobState.Completed(1), job.only(JobEffect.Finish.class).end());
        var nothing = running(rules(1, 1));
        nothing.on(failed(1));
        assertTrue(nothing.failure().contains("privacy"), nothing.failure());
    }

    /** Floor 3 of five, sums two apart: after one over four sites, three of them wait for the fourth or another. */
    @Test
    void aJobWaitsWhereEverySumWouldBeTooNearAnEarlierOne() {
        var rules = rules(Long.MAX_VALUE, 2);
        var job = new Job(rules, "a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        var epoch = job.only(JobEffect.StartEpoch.class);
        job.on(new JobEvent.EpochReady(epoch.epoch(), epoch.sites(), 100));
        job.on(new JobEvent.SumFixed(set("a", "b", "c", "d")), new JobEvent.RoundDone(1));
        assertEquals(
                List.of(set("a", "b", "c", "d")),
                List.copyOf(job.only(JobEffect.StartRound.class).past().sums()));
        job.on(new JobEvent.SiteGone(new SiteId("d")), new JobEvent.RoundDone(2));
        assertInstanceOf(JobState.Waiting.class, job.state);
        assertTrue(
                JobSentences.waitingFor(job.state, "x").contains("differ from an earlier sum"),
                () -> JobSentences.waitingFor(job.state, "x"));
        long wait = job.only(JobEffect.StartPatience.class).number();
        var failed = JobMachine.step(job.state, new JobEvent.PatiencePassed(wait)).next();
        assertTrue(
                assertInstanceOf(JobState.Failed.class, failed)
                        .sentence()
                        .contains("in fewer than 2 sites"));
        job.on(arrives("d", Session.RESUMED));
        assertEquals(set("a", "b", "c", "d"), job.only(JobEffect.StartRound.class).connected());
    }

    @Test
    void everyConnectedSiteIsAskedAndNobodyElse() {
        var job = new Job("a", "c");
        assertEquals(
                List.of(
                        new JobEffect.OfferPlan(new SiteId("a")),
                        new JobEffect.OfferPlan(new SiteId("c"))),
                job.effects);
        job.on(arrives("b", Session.NEW));
        assertEquals(new SiteId("b"), job.only(JobEffect.OfferPlan.class).site());
        job.on(arrives("stranger", Session.NEW));
        assertEquals(List.of(), job.effects);
    }

    @Test
    void aDenialIsLeftOutAndAPendingApprovalIsWaitedForOnlyAWhile() {
        var job = new Job("a", "b", "c", "d", "e").on(yes("a"), yes("b"), no("d"), later("e"));
        assertEquals(0, job.count(JobEffect.StartPatience.class::isInstance));
        job.on(yes("c"));
        var patience = job.only(JobEffect.StartPatience.class);
        job.on(new JobEvent.PatiencePassed(patience.number()));
        assertEquals(set("a", "b", "c"), job.only(JobEffect.StartEpoch.class).sites());
    }

    @Test
    void aJobThatCannotReachItsFloorFailsAtOnceWithTheReasons() {
        var job = new Job("a", "b", "c", "d", "e").on(no("a"), no("b"), no("c"));
        assertTrue(job.failure().contains("a: because"), job.failure());
        assertTrue(job.failure().contains("3 must take part"), job.failure());
    }

    @Test
    void aRestartedSiteIsAskedAnewAndJoinsWithKeysThatAreMadeBesideTheRounds() {
        var job = running().on(gone("b"), arrives("b", Session.NEW));
        assertEquals(new SiteId("b"), job.only(JobEffect.OfferPlan.class).site());
        job.on(yes("b"));
        var epoch = job.only(JobEffect.StartEpoch.class);
        assertEquals(set("a", "b", "c", "d", "e"), epoch.sites());
        assertEquals(2, epoch.epoch());
        assertEquals(2, epoch.firstRound(), "the round in progress keeps its keys");
        job.on(new JobEvent.RoundDone(1));
        var beside = job.only(JobEffect.StartRound.class);
        assertEquals(1, beside.epoch());
        assertEquals(set("a", "c", "d", "e"), beside.connected());
        job.on(new JobEvent.EpochReady(2, epoch.sites(), 100));
        assertEquals(List.of(), job.effects);
        job.on(new JobEvent.RoundDone(2));
        var round = job.only(JobEffect.StartRound.class);
        assertEquals(2, round.epoch());
        assertEquals(set("a", "b", "c", "d", "e"), round.connected());
    }

    @Test
    void keysThatRunOutAreReplacedBesideTheRoundsOrWaitedFor() {
        var job = new Job("a", "b", "c", "d", "e");
        job.on(yes("a"), yes("b"), yes("c"), yes("d"), yes("e"));
        job.on(new JobEvent.EpochReady(1, set("a", "b", "c", "d", "e"), 2));
        assertEquals(0, job.count(JobEffect.StartEpoch.class::isInstance), "a round first");
        job.on(new JobEvent.RoundDone(1));
        assertEquals(2, job.only(JobEffect.StartRound.class).round());
        assertEquals(3, job.only(JobEffect.StartEpoch.class).firstRound());
        job.on(new JobEvent.RoundDone(2));
        assertEquals(List.of(), job.effects, "the set-up goes on, the rounds wait");
        assertInstanceOf(JobState.KeySetup.class, job.state);
        job.on(new JobEvent.EpochReady(2, set("a", "b", "c", "d", "e"), 100));
        assertEquals(2, job.only(JobEffect.StartRound.class).epoch());
    }

    @Test
    void aSetupBesideTheRoundsThatFailsCostsNoMemberItsPlace() {
        var job = running().on(gone("b"), arrives("b", Session.NEW), yes("b"));
        job.on(new JobEvent.EpochFailed(2, set("a", "b"), "silent"));
        assertEquals(0, job.count(JobEffect.StartEpoch.class::isInstance), "b was silent");
        job.on(new JobEvent.RoundDone(1));
        assertEquals(set("a", "c", "d", "e"), job.only(JobEffect.StartRound.class).connected());
    }

    @Test
    void complaintsAboutNewKeysLeaveTheJobTheKeysItHas() {
        var job = running().on(gone("b"), arrives("b", Session.NEW), yes("b"));
        job.on(new JobEvent.EpochBlocked(2, "a says of b: lies"));
        assertInstanceOf(JobState.Running.class, job.state);
        job.on(new JobEvent.RoundDone(1));
        assertEquals(set("a", "c", "d", "e"), job.only(JobEffect.StartRound.class).connected());
    }

    @Test
    void belowTheFloorASetupBesideTheRoundsIsGivenUp() {
        var job = running().on(gone("b"), arrives("b", Session.NEW), yes("b"));
        job.on(gone("c"), gone("d"), gone("e"), new JobEvent.RoundDone(1));
        job.only(JobEffect.AbandonEpoch.class);
        assertInstanceOf(JobState.Waiting.class, job.state);
        job.on(arrives("c", Session.RESUMED));
        var start = job.only(JobEffect.StartEpoch.class);
        assertEquals(set("a", "b", "c"), start.sites());
        assertEquals(3, start.epoch());
    }

    @Test
    void aRestartedSiteThatHasNotAnsweredIsNotInTheNextRound() {
        var job = running().on(gone("b"), arrives("b", Session.NEW));
        job.on(new JobEvent.RoundDone(1));
        assertEquals(set("a", "c", "d", "e"), job.only(JobEffect.StartRound.class).connected());
    }

    @Test
    void aSiteThatOnlyBlinkedKeepsItsPlace() {
        var job = running().on(gone("b"), arrives("b", Session.RESUMED));
        assertEquals(List.of(), job.effects);
        job.on(new JobEvent.RoundDone(1));
        var round = job.only(JobEffect.StartRound.class);
        assertEquals(set("a", "b", "c", "d", "e"), round.connected());
    }

    @Test
    void whenTheKeysRunOutNewOnesAreMade() {
        var job = new Job("a", "b", "c").on(yes("a"), yes("b"), yes("c"));
        job.on(new JobEvent.EpochReady(1, set("a", "b", "c"), 1));
        job.only(JobEffect.StartRound.class);
        job.on(new JobEvent.RoundDone(1));
        assertEquals(2, job.only(JobEffect.StartEpoch.class).epoch());
    }

    @Test
    void belowTheFloorTheJobWaitsOnceAndThenFailsWithWhoIsMissing() {
        var job =
                running().on(gone("a"), gone("b"), gone("c"), gone("d"), new JobEvent.RoundDone(1));
        var patience = job.only(JobEffect.StartPatience.class);
        job.on(arrives("a", Session.RESUMED), gone("a"));
        assertEquals(List.of(), job.effects);
        job.on(new JobEvent.PatiencePassed(patience.number()));
        assertTrue(job.failure().contains("Only 1 of the at least 3"), job.failure());
        assertTrue(job.failure().contains("a (not connected)"), job.failure());
    }

    @Test
    void aWaitThatIsOverBecauseSitesCameBackNeverEndsTheJob() {
        var job = running().on(gone("a"), gone("b"), gone("c"), new JobEvent.RoundDone(1));
        var patience = job.only(JobEffect.StartPatience.class);
        job.on(arrives("a", Session.RESUMED));
        assertEquals(set("a", "d", "e"), job.only(JobEffect.StartRound.class).connected());
        job.on(new JobEvent.PatiencePassed(patience.number()));
        assertInstanceOf(JobState.Running.class, job.state);
    }

    @Test
    void aSiteThatIsSilentInTheSetUpIsLeftOutOfTheNextAttempt() {
        var job = new Job("a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        job.only(JobEffect.StartEpoch.class);
        job.on(new JobEvent.EpochFailed(1, set("d"), "no answer from d"));
        var second = job.only(JobEffect.StartEpoch.class);
        assertEquals(2, second.epoch());
        assertEquals(set("a", "b", "c"), second.sites());
        job.on(new JobEvent.EpochReady(2, set("a", "b", "c"), 50));
        job.on(new JobEvent.RoundDone(1));
        assertEquals(0, job.count(JobEffect.StartEpoch.class::isInstance), "d is not tried again");
    }

    @Test
    void aSiteLostInTheSetUpIsWaitedForDuringTheGraceOnly() {
        var job = new Job("a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        job.on(gone("d"));
        assertEquals(List.of(), job.effects);
        job.on(new JobEvent.GracePassed(new SiteId("d")));
        assertEquals(set("a", "b", "c"), job.only(JobEffect.StartEpoch.class).sites());
    }

    @Test
    void sitesThatWereOnlySlowInTheSetUpAreAskedAgainWhenTheJobCannotGoOnWithoutThem() {
        var job = new Job("a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        job.on(new JobEvent.EpochFailed(1, set("a", "b", "c"), "no answer"));
        assertEquals(
                List.of(offer("a"), offer("b"), offer("c")),
                job.effects.stream().filter(JobEffect.OfferPlan.class::isInstance).toList());
        job.on(yes("a"), yes("b"));
        assertEquals(set("a", "b", "d"), job.only(JobEffect.StartEpoch.class).sites());
    }

    @Test
    void setUpsThatFailWithWaitsBetweenThemEndTheJobAsWell() {
        var job = new Job("a", "b", "c").on(yes("a"), yes("b"), yes("c"));
        for (int attempt = 1; attempt < 3; attempt++) {
            job.on(new JobEvent.EpochFailed(attempt, set("a"), "no answer from a"), yes("a"));
            assertEquals(attempt + 1, job.only(JobEffect.StartEpoch.class).epoch());
        }
        job.on(new JobEvent.EpochFailed(3, set("a"), "no answer from a"));
        assertTrue(job.failure().contains("3 attempts"), job.failure());
    }

    @Test
    void setUpsThatFailAgainAndAgainEndTheJob() {
        var job = new Job("a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        for (int attempt = 1; attempt <= 3; attempt++) {
            job.on(new JobEvent.EpochFailed(attempt, set(), "d sent wrong keys"));
        }
        assertTrue(job.failure().contains("3 attempts"), job.failure());
        assertTrue(job.failure().contains("d sent wrong keys"), job.failure());
    }

    @Test
    void aSetUpThatComplaintsBlockEndsTheJobInItsWords() {
        var job = new Job("a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        var state = job.state;
        job.on(new JobEvent.EpochBlocked(0, "of an older set-up"));
        assertEquals(state, job.state);
        job.on(new JobEvent.EpochBlocked(1, "a says of b: lies"));
        assertEquals("a says of b: lies", job.failure());
    }

    @Test
    void anOldEpochsEndMeansNothing() {
        var job = new Job("a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        job.on(new JobEvent.EpochFailed(1, set("d"), "no answer from d"));
        var state = job.state;
        job.on(new JobEvent.EpochReady(1, set("a", "b", "c", "d"), 50));
        job.on(new JobEvent.EpochFailed(1, set("a"), "late"));
        assertEquals(state, job.state);
    }

    @Test
    void aFailedRoundIsRepeatedOnceItIsGivenUp() {
        var job = running().on(failed(1));
        assertEquals(1, job.only(JobEffect.CollectAborts.class).round());
        assertEquals(0, job.count(JobEffect.StartRound.class::isInstance));
        job.on(new JobEvent.RoundWithdrawn(1));
        var again = job.only(JobEffect.StartRound.class);
        assertEquals(0, again.task());
        assertEquals(2, again.round());
        job.on(new JobEvent.RoundDone(2));
        assertEquals(1, job.only(JobEffect.StartRound.class).task());
    }

    @Test
    void aFailedRoundThatTooFewGiveUpEndsTheJobWithItsSentence() {
        var job = running().on(failed(1));
        job.on(new JobEvent.PatiencePassed(job.only(JobEffect.StartPatience.class).number()));
        assertEquals("Round 1 has no sum. Do something.", job.failure());
    }

    @Test
    void nobodyIsAskedWhereTooFewCouldGiveTheRoundUp() {
        var revealed = running().on(failed(1, "a", "b", "c"));
        assertEquals("Round 1 has no sum. Do something.", revealed.failure());
        var gone = running().on(gone("a"), gone("b"), gone("c"), failed(1));
        assertEquals("Round 1 has no sum. Do something.", gone.failure());
        var restarted = running();
        for (var site : List.of("a", "b", "c")) {
            restarted.on(gone(site), arrives(site, Session.NEW), yes(site));
        }
        restarted.on(failed(1));
        assertEquals("Round 1 has no sum. Do something.", restarted.failure());
    }

    @Test
    void theLastAttemptAtATaskIsMadeWithNewKeysAndThenTheJobFails() {
        var job = running();
        for (long round = 1; round <= 2; round++) {
            job.on(failed(round), new JobEvent.RoundWithdrawn(round));
            assertEquals(round + 1, job.only(JobEffect.StartRound.class).round());
        }
        job.on(failed(3), new JobEvent.RoundWithdrawn(3));
        var start = job.only(JobEffect.StartEpoch.class);
        job.on(new JobEvent.EpochReady(start.epoch(), start.sites(), 100));
        assertEquals(0, job.only(JobEffect.StartRound.class).task());
        job.on(failed(4));
        assertEquals("Round 4 has no sum. Do something.", job.failure());
    }

    @Test
    void whatIsLateOrAboutAnotherRoundChangesNothingWhileARoundIsGivenUp() {
        var job = running().on(failed(1));
        var state = job.state;
        job.on(
                new JobEvent.RoundWithdrawn(7),
                new JobEvent.RoundDone(1),
                failed(1),
                new JobEvent.PatiencePassed(0));
        assertEquals(state, job.state);
    }

    @Test
    void cancellingEndsTheJobInEveryPhase() {
        for (var job : List.of(new Job("a"), running())) {
            job.on(new JobEvent.CancelRequested("ada"));
            assertInstanceOf(JobState.Cancelled.class, job.only(JobEffect.Finish.class).end());
        }
    }

    @Test
    void aFlappingSiteCannotKeepTheJobInSetUps() {
        var job = running();
        int setups = 0;
        for (int flap = 0; flap < 10; flap++) {
            job.on(gone("b"), arrives("b", Session.NEW), yes("b"));
            setups += (int) job.count(JobEffect.StartEpoch.class::isInstance);
        }
        assertEquals(3, setups, "as many attempts as there may be");
        job.on(new JobEvent.RoundDone(1));
        assertEquals(2, job.only(JobEffect.StartRound.class).round(), "and the rounds go on");
    }

    @Test
    void whateverHappensRoundsAndEpochsCountUpAndNoRoundIsBelowTheFloor() {
        var factory = RandomGeneratorFactory.<RandomGenerator>of("L64X128MixRandom");
        for (long seed = 0; seed < 3000; seed++) {
            history(factory.create(seed));
        }
    }

    private static void history(RandomGenerator random) {
        var job = new Job("a", "b", "c", "d", "e");
        long round = 0;
        long epoch = 0;
        long used = 0;
        var ready = new TreeSet<Long>();
        for (int i = 0; i < 80; i++) {
            var before = job.state;
            var event = event(random, job.state);
            job.on(event);
            if (event instanceof JobEvent.EpochReady e) {
                ready.add(e.epoch());
            }
            if (!(before instanceof JobState.Live)) {
                assertEquals(before, job.state);
                assertEquals(List.of(), job.effects);
            }
            for (var effect : job.effects) {
                if (effect instanceof JobEffect.StartRound start) {
                    assertEquals(round + 1, start.round());
                    assertTrue(start.connected().size() >= 3, "a round below the floor");
                    assertTrue(start.members().containsAll(start.connected()));
                    assertTrue(start.epoch() >= used && start.epoch() <= epoch);
                    assertTrue(ready.contains(start.epoch()), "keys that are not ready");
                    used = start.epoch();
                    round = start.round();
                }
                if (effect instanceof JobEffect.StartEpoch start) {
                    assertTrue(start.epoch() > epoch);
                    assertEquals(round + 1, start.firstRound());
                    assertTrue(start.sites().size() >= 3, "an epoch below the floor");
                    epoch = start.epoch();
                }
            }
        }
    }

    private static JobEvent event(RandomGenerator random, JobState state) {
        var site = new SiteId(String.valueOf((char) ('a' + random.nextInt(5))));
        long epoch = state instanceof JobState.Live live ? live.standing().lastEpoch() : 1;
        long round = state instanceof JobState.Live live ? live.standing().lastRound() : 1;
        long wait = state instanceof JobState.Live live ? live.standing().waits() : 1;
        var sites =
                switch (state) {
                    case JobState.KeySetup s -> s.sites();
                    case JobState.Live s when s.keys().next() instanceof Keys.Next.Making making ->
                            making.sites();
                    case JobState.Live _,
                            JobState.Completed _,
                            JobState.Failed _,
                            JobState.Cancelled _ ->
                            set("a", "b", "c", "d", "e");
                };
        return switch (random.nextInt(14)) {
            case 0 -> new JobEvent.SiteGone(site);
            case 1 -> new JobEvent.SiteArrived(site, Session.NEW);
            case 2 ->
                    new JobEvent.SiteArrived(
                            site, random.nextBoolean() ? Session.RESUMED : Session.RETURNED);
            case 3, 4, 5 -> yes(site.value());
            case 6 -> later(site.value());
            case 7 -> new JobEvent.GracePassed(site);
            case 8 -> new JobEvent.EpochReady(epoch, sites, round + 3);
            case 9 -> new JobEvent.EpochFailed(epoch, set(site.value()), "silent");
            case 10 -> new JobEvent.RoundDone(round);
            case 11 -> failed(round);
            case 12 -> new JobEvent.RoundWithdrawn(round);
            default -> new JobEvent.PatiencePassed(random.nextInt(4) == 0 ? wait : wait - 1);
        };
    }

    private static JobRules rules(long roundsMax, int leastApart) {
        var everybody = new JobRules.Group(set("a", "b", "c", "d", "e"), 3, 3);
        return new JobRules(List.of(everybody), 4, 3, roundsMax, leastApart);
    }
}
