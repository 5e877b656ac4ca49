package io.confide.coordinator.round;

import static io.confide.coordinator.round.HandDriven.RULES;
import static io.confide.coordinator.round.HandDriven.SITES;
import static io.confide.coordinator.round.HandDriven.after;
import static io.confide.coordinator.round.HandDriven.folded;
import static io.confide.coordinator.round.HandDriven.lost;
import static io.confide.coordinator.round.HandDriven.open;
import static io.confide.coordinator.round.HandDriven.reason;
import static io.confide.coordinator.round.HandDriven.revealed;
import static io.confide.coordinator.round.HandDriven.set;
import static io.confide.coordinator.round.HandDriven.signed;
import static io.confide.coordinator.round.HandDriven.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.coordinator.round.Drop.Cause;
import io.confide.coordinator.round.Drop.Step;
import io.confide.coordinator.round.RoundEvent.Phase;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

class RoundMachineTest {
    private static final RoundRules FAST =
            new RoundRules(3, 3, 3, RoundRules.Vote.IF_ANY_IS_MISSING);

    @Property(tries = 2000)
    void whateverHappensThePhasesOnlyGoForwardAndTheEndStays(
            @ForAll("histories") List<RoundEvent> history) {
        var state = open(5);
        for (var event : history) {
            var step = RoundMachine.step(state, event);
            assertEquals(step, RoundMachine.step(state, event));
            assertTrue(rank(step.next()) >= rank(state), "a phase went back");
            if (rank(state) >= 4) {
                assertEquals(state, step.next());
            }
            if (!step.next().getClass().equals(state.getClass())) {
                assertEquals(RoundMachine.outstanding(step.next()), step.effects());
            }
            state = step.next();
        }
    }

    @Property(tries = 2000)
    void nothingIsEverAskedBelowFloorQuorumOrThreshold(
            @ForAll("histories") List<RoundEvent> history) {
        var state = open(5);
        for (var event : history) {
            var step = RoundMachine.step(state, event);
            step.effects().forEach(RoundMachineTest::assertEnough);
            RoundMachine.outstanding(step.next()).forEach(RoundMachineTest::assertEnough);
            state = step.next();
        }
    }

    @Property(tries = 500)
    void anEventTwiceIsAsOnce(@ForAll("histories") List<RoundEvent> history) {
        var once = open(5);
        var twice = open(5);
        for (var event : history) {
            once = RoundMachine.step(once, event).next();
            var first = RoundMachine.step(twice, event).next();
            twice = RoundMachine.step(first, event).next();
        }
        assertEquals(once, twice);
    }

    private static void assertEnough(RoundEffect effect) {
        switch (effect) {
            case RoundEffect.Propose(_, var included) -> assertTrue(included.size() >= 3);
            case RoundEffect.SendFastCert(var cohort, var included) ->
                    assertEquals(cohort, included.keySet());
            case RoundEffect.SendCert(_, _, var signatures) -> assertTrue(signatures.size() >= 3);
            case RoundEffect.Unmask(var included, var revealed) -> {
                assertTrue(included.size() >= 3);
                assertTrue(revealed.size() >= 3);
            }
            case RoundEffect.AskInputs _,
                    RoundEffect.AwaitReturn _,
                    RoundEffect.PublishResult _,
                    RoundEffect.PublishFailed _ -> {}
        }
    }

    @Provide
    Arbitrary<List<RoundEvent>> histories() {
        Arbitrary<SiteId> sites =
                Arbitraries.of("a", "b", "c", "d", "e", "stranger").map(HandDriven::site);
        return Arbitraries.<RoundEvent>oneOf(
                        sites.map(HandDriven::folded),
                        sites.map(RoundEvent.SiteLost::new),
                        sites.map(RoundEvent.SiteReturned::new),
                        sites.map(RoundEvent.GracePassed::new),
                        sites.map(s -> new RoundEvent.SiteDeclined(s, "K10")),
                        sites.map(s -> new RoundEvent.MessageUnusable(s, "WRONG_HASH")),
                        sites.map(HandDriven::signed),
                        sites.map(RoundEvent.RevealVerified::new),
                        Arbitraries.of(Phase.class).map(RoundEvent.DeadlinePassed::new),
                        Arbitraries.just(new RoundEvent.Unmasked(Digest.ZERO)),
                        Arbitraries.just(new RoundEvent.TakenOver()))
                .list()
                .ofMaxSize(60);
    }

    @Test
    void aRoundWithoutLossesGoesThroughEveryPhaseOnce() {
        var state = open(3);
        state = after(state, folded("a"), folded("b"), folded("c"));
        assertInstanceOf(RoundState.Signing.class, state);
        state = after(state, signed("a"), signed("b"), signed("c"));
        assertInstanceOf(RoundState.Revealing.class, state);
        state = after(state, revealed("a"), revealed("b"), revealed("c"));
        assertInstanceOf(RoundState.Unmasking.class, state);
        state = after(state, new RoundEvent.Unmasked(Digest.ZERO));
        assertEquals(Map.of(), assertInstanceOf(RoundState.Done.class, state).roll().dropped());
    }

    @Test
    void whereEverybodyUploadedNoVoteIsNeeded() {
        var state = RoundMachine.open(FAST, set("a", "b", "c"), set("a", "b", "c")).next();
        state = after(state, folded("a"), folded("b"));
        var step = RoundMachine.step(state, folded("c"));
        assertInstanceOf(RoundEffect.SendFastCert.class, step.effects().getFirst());
        state = after(step.next(), signed("a"), revealed("a"), revealed("b"), revealed("c"));
        assertInstanceOf(RoundState.Unmasking.class, state);
    }

    @Test
    void whereSomebodyIsMissingAVoteIsHeld() {
        var four = set("a", "b", "c", "d");
        var state = RoundMachine.open(FAST, four, four).next();
        state = after(state, folded("a"), folded("b"), folded("c"));
        state = after(state, new RoundEvent.SiteDeclined(site("d"), "K10"));
        assertInstanceOf(RoundState.Signing.class, state);
    }

    @Test
    void aSiteWithoutConnectionAtTheStartIsNotAskedButNamed() {
        var step = RoundMachine.open(RULES, set("a", "b", "c", "d"), set("a", "b", "c"));
        assertEquals(List.of(new RoundEffect.AskInputs(set("a", "b", "c"))), step.effects());
        assertEquals(
                Map.of(site("d"), new Drop(Step.OPEN, new Cause.NotConnected())),
                step.next().roll().dropped());
    }

    @Test
    void aLostSiteIsWaitedForDuringTheGraceOnly() {
        var state = after(open(4), folded("a"), folded("b"), folded("c"), lost("d"));
        assertInstanceOf(RoundState.Collecting.class, state);
        var next = after(state, new RoundEvent.GracePassed(site("d")));
        assertEquals(
                Map.of(site("d"), new Drop(Step.UPLOAD, new Cause.Lost())),
                assertInstanceOf(RoundState.Signing.class, next).roll().dropped());
        var back = after(state, new RoundEvent.SiteReturned(site("d")));
        assertEquals(back, after(back, new RoundEvent.GracePassed(site("d"))));
    }

    @Test
    void tooFewInputsWaitForTheLostToReturnAndThenFail() {
        var state = after(open(3), folded("a"), folded("b"), lost("c"));
        var step = RoundMachine.step(state, new RoundEvent.GracePassed(site("c")));
        assertEquals(List.of(new RoundEffect.AwaitReturn(set("c"))), step.effects());
        assertInstanceOf(
                RoundState.Signing.class,
                after(step.next(), new RoundEvent.SiteReturned(site("c")), folded("c")));
        var failed = after(step.next(), new RoundEvent.DeadlinePassed(Phase.RETURN));
        assertEquals(
                RoundState.FailureReason.TOO_FEW,
                assertInstanceOf(RoundState.Failed.class, failed).reason());
    }

    @Test
    void aRefusalIsNotWaitedFor() {
        var state =
                after(
                        open(3),
                        folded("a"),
                        folded("b"),
                        new RoundEvent.SiteDeclined(site("c"), "K11"));
        var failed = assertInstanceOf(RoundState.Failed.class, state);
        assertEquals(
                Map.of(site("c"), new Drop(Step.UPLOAD, new Cause.Declined("K11"))),
                failed.roll().dropped());
    }

    @Test
    void theDeadlineClosesTheRoundWithWhoIsThere() {
        var state =
                after(
                        open(5),
                        folded("a"),
                        folded("b"),
                        folded("c"),
                        lost("d"),
                        new RoundEvent.DeadlinePassed(Phase.COLLECTING));
        assertEquals(
                Map.of(
                        site("d"), new Drop(Step.UPLOAD, new Cause.Lost()),
                        site("e"), new Drop(Step.UPLOAD, new Cause.Late())),
                assertInstanceOf(RoundState.Signing.class, state).roll().dropped());
    }

    @Test
    void theUsualTimeClosesOnlyARoundThatHasASum() {
        var usual = new RoundEvent.DeadlinePassed(Phase.USUAL);
        var few = after(open(5), folded("a"), folded("b"));
        assertEquals(few, after(few, usual));
        var enough = after(few, folded("c"), usual);
        assertEquals(
                Map.of(
                        site("d"), new Drop(Step.UPLOAD, new Cause.Late()),
                        site("e"), new Drop(Step.UPLOAD, new Cause.Late())),
                assertInstanceOf(RoundState.Signing.class, enough).roll().dropped());
        assertEquals(enough, after(enough, usual));
    }

    @Test
    void anIncludedSiteThatIsAwayWhenTheSumOpensIsNamedWithItsStep() {
        var state = after(open(4), folded("a"), folded("b"), folded("c"), folded("d"), lost("d"));
        state = after(state, signed("a"), signed("b"), signed("c"));
        state = after(state, revealed("a"), revealed("b"), revealed("c"));
        assertEquals(
                Map.of(site("d"), new Drop(Step.REVEAL, new Cause.Lost())),
                assertInstanceOf(RoundState.Unmasking.class, state).roll().dropped());
    }

    @Test
    void aShareAboutItselfDoesNotCountForADroppedSite() {
        var state =
                after(
                        open(4),
                        folded("a"),
                        folded("b"),
                        folded("c"),
                        new RoundEvent.DeadlinePassed(Phase.COLLECTING));
        state = after(state, signed("a"), signed("b"), signed("d"));
        state = after(state, revealed("a"), revealed("b"), revealed("d"));
        assertInstanceOf(
                RoundState.Revealing.class, state, "only a and b hold shares of d's recovery key");
        assertInstanceOf(RoundState.Unmasking.class, after(state, revealed("c")));
    }

    @Test
    void aDisputeNamesWhoRevealedAWrongShareAndEndsInTime() {
        var state = after(open(4), folded("a"), folded("b"), folded("c"), folded("d"));
        state = after(state, signed("a"), signed("b"), signed("c"));
        state = after(state, revealed("a"), revealed("b"), revealed("c"));
        var named = after(state, new RoundEvent.MessageUnusable(site("a"), "WRONG_SHARE"));
        assertEquals(
                Map.of(site("a"), new Drop(Step.REVEAL, new Cause.Unusable("WRONG_SHARE"))),
                assertInstanceOf(RoundState.Unmasking.class, named).roll().dropped());
        assertEquals(named, after(named, new RoundEvent.DeadlinePassed(Phase.REVEALING)));
        assertEquals(
                RoundState.FailureReason.NO_SHARES,
                reason(after(named, new RoundEvent.DeadlinePassed(Phase.UNMASKING))));
    }

    @Test
    void theTwoSitesOfARemovedPairDoNotCountForEachOther() {
        var apart = new TreeMap<SiteId, SortedSet<SiteId>>();
        apart.put(site("a"), new TreeSet<>(List.of(site("b"))));
        apart.put(site("b"), new TreeSet<>(List.of(site("a"))));
        var rules =
                new RoundRules(3, 3, 3, RoundRules.Vote.IF_ANY_IS_MISSING, PastSums.none(1), apart);
        var sites = new TreeSet<>(SITES);
        var state = RoundMachine.open(rules, sites, sites).next();
        state = after(state, folded("a"), folded("b"), folded("c"), folded("d"), folded("e"));
        state = after(state, revealed("a"), revealed("b"), revealed("c"));
        assertInstanceOf(
                RoundState.Revealing.class, state, "only a and c hold shares of a's self mask");
        assertInstanceOf(RoundState.Unmasking.class, after(state, revealed("d")));
    }

    @Test
    void aSiteOfTheEpochThatWasNotThereAtTheStartMayHelpToOpenTheSumAndNothingElse() {
        var members = new TreeSet<>(SITES);
        var state = RoundMachine.open(RULES, members, new TreeSet<>(SITES.subList(0, 3))).next();
        state = after(state, folded("a"), folded("b"), folded("c"), folded("d"));
        state = after(state, signed("a"), signed("d"), signed("b"), signed("c"));
        state =
                after(
                        state,
                        revealed("a"),
                        revealed("d"),
                        new RoundEvent.RevealVerified(site("stranger")));
        assertInstanceOf(RoundState.Revealing.class, state);
        var unmasking = assertInstanceOf(RoundState.Unmasking.class, after(state, revealed("e")));
        assertEquals(new TreeSet<>(List.of(site("a"), site("b"), site("c"))), unmasking.included());
        assertEquals(new TreeSet<>(List.of(site("a"), site("d"), site("e"))), unmasking.revealed());
    }

    private static RoundState openedAfter(SortedSet<SiteId> earlier, SortedSet<SiteId> here) {
        var past = PastSums.none(2).with(earlier);
        var rules =
                new RoundRules(3, 3, 3, RoundRules.Vote.ALWAYS, past, Collections.emptySortedMap());
        return RoundMachine.open(rules, new TreeSet<>(SITES), here).next();
    }

    @Test
    void aSumThatIsTooNearAnEarlierOneIsNotAskedFor() {
        var state = openedAfter(set("a", "b", "c", "d", "e"), set("a", "b", "c", "d", "e"));
        state = after(state, folded("a"), folded("b"), folded("c"), folded("d"));
        var late = new RoundEvent.DeadlinePassed(Phase.COLLECTING);
        assertEquals(RoundState.FailureReason.TOO_CLOSE, reason(after(state, late)));
        assertInstanceOf(RoundState.Signing.class, after(state, folded("e")));
        var waits = after(state, lost("e"), new RoundEvent.GracePassed(site("e")));
        assertInstanceOf(RoundState.Collecting.class, waits, "e may come back");
        assertEquals(
                RoundState.FailureReason.TOO_CLOSE,
                reason(after(waits, new RoundEvent.DeadlinePassed(Phase.RETURN))));
    }

    @Test
    void aCohortTooNearAnEarlierSumIsOpenedWithoutOneMoreSite() {
        var state = openedAfter(set("a", "b", "c", "d", "e"), set("a", "b", "c", "d"));
        assertEquals(set("a", "b", "c"), state.roll().cohort());
        assertEquals(
                Map.of(
                        site("d"), new Drop(Step.OPEN, new Cause.LeftOut()),
                        site("e"), new Drop(Step.OPEN, new Cause.NotConnected())),
                state.roll().dropped());
    }

    @Test
    void withoutAQuorumOrSharesTheRoundFailsAtItsTime() {
        var signing = after(open(3), folded("a"), folded("b"), folded("c"), signed("a"));
        assertEquals(
                RoundState.FailureReason.NO_QUORUM,
                reason(after(signing, new RoundEvent.DeadlinePassed(Phase.SIGNING))));
        var revealing = after(signing, signed("b"), signed("c"), revealed("a"));
        assertEquals(revealing, after(revealing, new RoundEvent.DeadlinePassed(Phase.SIGNING)));
        assertEquals(
                RoundState.FailureReason.NO_SHARES,
                reason(after(revealing, new RoundEvent.DeadlinePassed(Phase.REVEALING))));
        assertEquals(
                RoundState.FailureReason.INTEGRITY,
                reason(after(revealing, new RoundEvent.IntegrityBroken())));
        assertEquals(
                RoundState.FailureReason.LEADER,
                reason(after(revealing, new RoundEvent.LeaderLost())));
    }

    private static int rank(RoundState state) {
        return switch (state) {
            case RoundState.Collecting _ -> 0;
            case RoundState.Signing _ -> 1;
            case RoundState.Revealing _ -> 2;
            case RoundState.Unmasking _ -> 3;
            case RoundState.Done _, RoundState.Failed _ -> 4;
        };
    }
}
