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
                    s.roll().away().contains(site) ? drop(s, site, new Drop.Cause.Lost()) : stay(s);
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
                    proof.equals(s.included().get(site))
                            ? stay(
                                    new Signing(
                                            s.rules(),
                                            s.roll(),
                                            s.included(),
                                            s.signatures(),
                                            Sets.minus(s.lost(), site)))
                            : stay(s);
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
        var roll = s.roll().did(site, SIGN);
        var signatures = Sets.plus(s.signatures(), site, signature);
        return signatures.size() < s.rules().quorum()
                ? stay(new Signing(s.rules(), roll, s.included(), signatures, s.lost()))
                : enter(
                        new RoundState.Revealing(
                                s.rules(),
                                roll,
                                s.included(),
                                signatures,
                                Collections.emptySortedSet(),
                                s.lost()));
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
        var roll = s.roll().closing(s.signatures().keySet(), SIGN);
        return RoundMachine.fail(with(s, roll), FailureReason.NO_QUORUM);
    }

    private static Signing with(Signing s, Roll roll) {
        return new Signing(s.rules(), roll, s.included(), s.signatures(), s.lost());
    }
}
