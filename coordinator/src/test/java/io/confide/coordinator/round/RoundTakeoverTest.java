package io.confide.coordinator.round;

import static io.confide.coordinator.round.HandDriven.after;
import static io.confide.coordinator.round.HandDriven.declined;
import static io.confide.coordinator.round.HandDriven.folded;
import static io.confide.coordinator.round.HandDriven.open;
import static io.confide.coordinator.round.HandDriven.reason;
import static io.confide.coordinator.round.HandDriven.returned;
import static io.confide.coordinator.round.HandDriven.revealed;
import static io.confide.coordinator.round.HandDriven.set;
import static io.confide.coordinator.round.HandDriven.signed;
import static io.confide.coordinator.round.HandDriven.site;
import static io.confide.coordinator.round.HandDriven.stayedAway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.coordinator.round.Drop.Cause;
import io.confide.coordinator.round.Drop.Step;
import io.confide.coordinator.round.RoundEvent.Phase;

import org.junit.jupiter.api.Test;

import java.util.List;

/** A process that takes a round over knows the facts, and has none of the vectors. */
class RoundTakeoverTest {
    private static final RoundEvent TAKEN_OVER = new RoundEvent.TakenOver();

    /** U3 = a, b, c of four is proposed, and a has signed it. */
    private static RoundState signing() {
        return after(open(4), folded("a"), folded("b"), folded("c"), declined("d"), signed("a"));
    }

    @Test
    void aProcessThatTakesOverBeginsTheSumAnewWhileU3IsOpen() {
        var collecting = after(open(4), folded("a"), folded("b"), new RoundEvent.TakenOver());
        var anew = assertInstanceOf(RoundState.Collecting.class, collecting);
        assertTrue(anew.folded().isEmpty());
        assertEquals(set("a", "b", "c", "d"), anew.roll().away());
        var back = after(anew, returned("a"), folded("a"), returned("b"), folded("b"));
        var closed = after(back, returned("c"), folded("c"), new RoundEvent.GracePassed(site("d")));
        assertEquals(
                set("a", "b", "c"),
                assertInstanceOf(RoundState.Signing.class, closed).included().keySet());
    }

    @Test
    void theSameU3IsProposedAgainAndEveryInputOfItIsAskedFor() {
        var taken = after(signing(), TAKEN_OVER);
        var state = assertInstanceOf(RoundState.Signing.class, taken);
        assertEquals(set("a", "b", "c"), state.lost());
        assertEquals(set("a"), state.signatures().keySet());
        assertEquals(
                List.of(
                        new RoundEffect.AskInputs(set("a", "b", "c")),
                        new RoundEffect.Propose(state.roll().cohort(), state.included())),
                RoundMachine.outstanding(state));
        assertEquals(taken, after(taken, folded("d")), "it came too late before, too");
        var other =
                new RoundEvent.InputFolded(
                        site("a"), new UploadProof(Digest.ZERO.value(), Bytes.ofHex("01")));
        assertEquals(taken, after(taken, other), "only what is recorded comes again");
    }

    @Test
    void noCertificateIsMadeBeforeTheWholeSumIsAtHand() {
        var voted =
                after(signing(), TAKEN_OVER, folded("a"), signed("b"), signed("c"), folded("b"));
        assertEquals(set("c"), assertInstanceOf(RoundState.Signing.class, voted).lost());
        var certified = RoundMachine.step(voted, folded("c"));
        var revealing = assertInstanceOf(RoundState.Revealing.class, certified.next());
        assertEquals(
                List.of(
                        new RoundEffect.SendCert(
                                revealing.roll().cohort(),
                                revealing.included(),
                                revealing.signatures())),
                certified.effects());
        var unmasking = after(revealing, revealed("a"), revealed("b"), revealed("c"));
        assertEquals(
                set("a", "b", "c"),
                assertInstanceOf(RoundState.Unmasking.class, unmasking).included());
    }

    @Test
    void aVectorThatNeverComesAgainCostsTheRoundAndSaysWhose() {
        var voted =
                after(
                        signing(),
                        TAKEN_OVER,
                        returned("a"),
                        folded("a"),
                        returned("b"),
                        folded("b"),
                        signed("b"),
                        signed("d"));
        var failed = after(voted, stayedAway("c"));
        assertEquals(RoundState.FailureReason.LEADER, reason(failed));
        assertEquals(
                new Drop(Step.UPLOAD, new Cause.Lost()), failed.roll().dropped().get(site("c")));
        var late = after(voted, returned("c"), new RoundEvent.DeadlinePassed(Phase.SIGNING));
        assertEquals(RoundState.FailureReason.LEADER, reason(late));
        assertEquals(new Drop(Step.UPLOAD, new Cause.Late()), late.roll().dropped().get(site("c")));
        var unvoted = after(signing(), TAKEN_OVER, new RoundEvent.DeadlinePassed(Phase.SIGNING));
        assertEquals(RoundState.FailureReason.NO_QUORUM, reason(unvoted));
    }

    @Test
    void aCertificateThatWasMadeIsShownAgainOnlyWithTheWholeSum() {
        var certified = after(signing(), signed("b"), signed("c"), revealed("a"));
        var taken = assertInstanceOf(RoundState.Revealing.class, after(certified, TAKEN_OVER));
        assertEquals(set("a", "b", "c"), taken.lost());
        assertEquals(set(), taken.revealed());
        assertEquals(
                assertInstanceOf(RoundState.Revealing.class, certified).signatures(),
                taken.signatures(),
                "the certificate is the same");
        assertEquals(
                List.of(new RoundEffect.AskInputs(set("a", "b", "c"))),
                RoundMachine.outstanding(taken));
        var almost = after(taken, returned("a"), folded("a"), folded("b"));
        var whole = RoundMachine.step(almost, folded("c"));
        assertInstanceOf(RoundEffect.SendCert.class, whole.effects().getFirst());
        assertInstanceOf(
                RoundState.Unmasking.class,
                after(whole.next(), revealed("a"), revealed("b"), revealed("c")));
        var failed = after(almost, new RoundEvent.DeadlinePassed(Phase.REVEALING));
        assertEquals(RoundState.FailureReason.LEADER, reason(failed));
        assertTrue(failed.roll().dropped().containsKey(site("c")));
    }

    @Test
    void whoRevealsBeforeItIsAskedAgainIsCountedWhenTheSumIsWhole() {
        var taken =
                after(
                        signing(),
                        signed("b"),
                        signed("c"),
                        TAKEN_OVER,
                        revealed("a"),
                        revealed("b"),
                        revealed("c"),
                        folded("a"),
                        folded("b"));
        assertEquals(set("c"), assertInstanceOf(RoundState.Revealing.class, taken).lost());
        var unmasking = after(taken, folded("c"));
        assertInstanceOf(RoundState.Unmasking.class, unmasking);
        var disputed = after(unmasking, TAKEN_OVER);
        var again = assertInstanceOf(RoundState.Revealing.class, disputed);
        assertEquals(set("a", "b", "c"), again.lost());
        assertEquals(set(), again.revealed());
    }
}
