package io.confide.coordinator.round;

import static io.confide.coordinator.round.RoundMachine.enter;
import static io.confide.coordinator.round.RoundMachine.stay;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.coordinator.round.RoundEvent.DeadlinePassed;
import io.confide.coordinator.round.RoundMachine.Step;
import io.confide.coordinator.round.RoundState.FailureReason;
import io.confide.coordinator.round.RoundState.Signing;

import java.util.Collections;

/** U3 is proposed; at least q sites must sign the same statement before anything is opened. */
final class SigningPhase {
    private static final Drop.Step SIGN = Drop.Step.SIGN;

    private SigningPhase() {}

    static Step step(Signing s, RoundEvent event) {
        return switch (event) {
            case RoundEvent.SignVerified(var site, var signature) -> count(s, site, signature);
            case RoundEvent.SiteLost(var site) -> stay(with(s, s.roll().lost(site)));
            case RoundEvent.SiteReturned(var site) -> stay(with(s, s.roll().returned(site, SIGN)));
            case RoundEvent.GracePassed(var site) ->
                    s.roll().away().contains(site) ? lose(s, site) : stay(s);
            case RoundEvent.SiteDeclined(var site, var check) ->
                    drop(s, site, new Drop.Cause.Declined(check));
            case RoundEvent.MessageUnusable(var site, var why) ->
                    drop(s, site, new Drop.Cause.Unusable(why));
            case DeadlinePassed(var phase) ->
                    phase == RoundEvent.Phase.SIGNING ? giveUp(s) : stay(s);
            // U3 and the signatures are durable, the vectors have to come again.
            case RoundEvent.TakenOver _ ->
                    stay(
                            new Signing(
                                    s.rules(),
                                    s.roll().allLost(),
                                    s.included(),
                                    s.signatures(),
                                    Sets.keys(s.included())));
            case RoundEvent.InputFolded(var site, var proof) ->
                    proof.equals(s.included().get(site)) ? again(s, site) : stay(s);
            case RoundEvent.RevealVerified _,
                    RoundEvent.Unmasked _,
                    RoundEvent.IntegrityBroken _,
                    RoundEvent.LeaderLost _ ->
                    stay(s);
        };
    }

    private static Step count(Signing s, SiteId site, Bytes signature) {
        if (s.signatures().containsKey(site)) {
            return stay(s);
        }
        return certify(
                new Signing(
                        s.rules(),
                        s.roll().did(site, SIGN),
                        s.included(),
                        Sets.plus(s.signatures(), site, signature),
                        s.lost()));
    }

    /** A vector that was lost with the process before has come again. */
    private static Step again(Signing s, SiteId site) {
        return certify(
                new Signing(
                        s.rules(),
                        s.roll(),
                        s.included(),
                        s.signatures(),
                        Sets.minus(s.lost(), site)));
    }

    /** A site that has seen a certificate can never give the round up, so there is none before the whole sum is at hand. */
    private static Step certify(Signing s) {
        if (!s.lost().isEmpty() || s.signatures().size() < s.rules().quorum()) {
            return stay(s);
        }
        return enter(
                new RoundState.Revealing(
                        s.rules(),
                        s.roll(),
                        s.included(),
                        s.signatures(),
                        Collections.emptySortedSet()));
    }

    /** Its signature can be missed; its vector, if that went with the process before, cannot. */
    private static Step lose(Signing s, SiteId site) {
        var cause = new Drop.Cause.Lost();
        return s.lost().contains(site)
                ? RoundMachine.fail(
                        with(s, s.roll().dropping(site, Drop.Step.UPLOAD, cause)),
                        FailureReason.LEADER)
                : drop(s, site, cause);
    }

    /** A refusal is final, so a round that cannot reach q any more is not waited for. */
    private static Step drop(Signing s, SiteId site, Drop.Cause cause) {
        if (s.signatures().containsKey(site)) {
            return stay(s);
        }
        var next = with(s, s.roll().dropping(site, SIGN, cause));
        return next.roll().cohort().size() - next.roll().declined(SIGN) < s.rules().quorum()
                ? giveUp(next)
                : stay(next);
    }

    private static Step giveUp(Signing s) {
        return s.signatures().size() < s.rules().quorum()
                ? RoundMachine.fail(
                        with(s, s.roll().closing(s.signatures().keySet(), SIGN)),
                        FailureReason.NO_QUORUM)
                : RoundMachine.fail(with(s, s.roll().without(s.lost())), FailureReason.LEADER);
    }

    private static Signing with(Signing s, Roll roll) {
        return new Signing(s.rules(), roll, s.included(), s.signatures(), s.lost());
    }
}
