package io.confide.coordinator.round;

import static io.confide.coordinator.round.RoundMachine.enter;
import static io.confide.coordinator.round.RoundMachine.stay;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.RoundEvent.DeadlinePassed;
import io.confide.coordinator.round.RoundMachine.Step;
import io.confide.coordinator.round.RoundState.FailureReason;
import io.confide.coordinator.round.RoundState.Revealing;
import io.confide.coordinator.round.RoundState.Unmasking;

import java.util.Collections;
import java.util.SortedSet;

/** The certificate is out; the first t reveals open the sum. */
final class RevealingPhase {
    private static final Drop.Step REVEAL = Drop.Step.REVEAL;

    private RevealingPhase() {}

    static Step step(Revealing s, RoundEvent event) {
        return switch (event) {
            case RoundEvent.RevealVerified(var site) -> count(s, site);
            case RoundEvent.SiteLost(var site) -> stay(with(s, s.roll().lost(site)));
            case RoundEvent.SiteReturned(var site) ->
                    stay(with(s, s.roll().returned(site, REVEAL)));
            case RoundEvent.GracePassed(var site) ->
                    s.roll().away().contains(site) ? drop(s, site, new Drop.Cause.Lost()) : stay(s);
            case RoundEvent.SiteDeclined(var site, var check) ->
                    drop(s, site, new Drop.Cause.Declined(check));
            case RoundEvent.MessageUnusable(var site, var why) ->
                    drop(s, site, new Drop.Cause.Unusable(why));
            case DeadlinePassed(var phase) ->
                    phase == RoundEvent.Phase.REVEALING ? giveUp(s) : stay(s);
            case RoundEvent.TakenOver _ -> stay(takenOver(s, s.roll()));
            case RoundEvent.InputFolded(var site, var proof) ->
                    proof.equals(s.included().get(site)) ? again(s, site) : stay(s);
            case RoundEvent.SignVerified _,
                    RoundEvent.Unmasked _,
                    RoundEvent.IntegrityBroken _,
                    RoundEvent.LeaderLost _ ->
                    stay(s);
        };
    }

    /** The certificate is durable, the vectors and the shares have to come again. */
    static Revealing takenOver(Revealing s, Roll roll) {
        return new Revealing(
                s.rules(),
                roll.allLost(),
                s.included(),
                s.signatures(),
                Collections.emptySortedSet(),
                Sets.keys(s.included()));
    }

    private static Step count(Revealing s, SiteId site) {
        if (s.revealed().contains(site)) {
            return stay(s);
        }
        return open(
                new Revealing(
                        s.rules(),
                        s.roll().did(site, REVEAL),
                        s.included(),
                        s.signatures(),
                        Sets.plus(s.revealed(), site),
                        s.lost()));
    }

    /**
     * A vector that was lost with the process before has come again. After the last one the certificate is shown again: a site
     * that answers it can never give the round up.
     */
    private static Step again(Revealing s, SiteId site) {
        var next =
                new Revealing(
                        s.rules(),
                        s.roll().did(site, Drop.Step.UPLOAD),
                        s.included(),
                        s.signatures(),
                        s.revealed(),
                        Sets.minus(s.lost(), site));
        return !next.lost().isEmpty() || enough(next, next.revealed()) ? open(next) : enter(next);
    }

    private static Step open(Revealing s) {
        if (!s.lost().isEmpty() || !enough(s, s.revealed())) {
            return stay(s);
        }
        return enter(new Unmasking(s, s.roll().missing(s.revealed(), REVEAL)));
    }

    /**
     * A site of U1 whose input is not included has no share of its own recovery key, so it does not count for it; nor do the
     * two sites of a removed pair for each other.
     */
    private static boolean enough(Revealing s, SortedSet<SiteId> revealed) {
        boolean ownKeyIsAsked =
                revealed.stream()
                        .anyMatch(site -> s.roll().has(site) && !s.included().containsKey(site));
        return revealed.size() - (ownKeyIsAsked ? 1 : 0) >= s.rules().threshold()
                && s.rules().apart().keySet().stream()
                        .filter(s.roll()::has)
                        .allMatch(about -> holders(s, revealed, about) >= s.rules().threshold());
    }

    private static long holders(Revealing s, SortedSet<SiteId> revealed, SiteId about) {
        var apart = s.rules().apart().getOrDefault(about, Collections.emptySortedSet());
        return revealed.stream()
                .filter(site -> !apart.contains(site))
                .filter(site -> !site.equals(about) || s.included().containsKey(about))
                .count();
    }

    private static Step drop(Revealing s, SiteId site, Drop.Cause cause) {
        if (s.revealed().contains(site)) {
            return stay(s);
        }
        var step = s.lost().contains(site) ? Drop.Step.UPLOAD : REVEAL;
        var next = with(s, s.roll().dropping(site, step, cause));
        return next.roll().members() - next.roll().declined(REVEAL) < s.rules().threshold()
                ? giveUp(next)
                : stay(next);
    }

    private static Step giveUp(Revealing s) {
        return s.lost().isEmpty()
                ? RoundMachine.fail(
                        with(s, s.roll().closing(s.revealed(), REVEAL)), FailureReason.NO_SHARES)
                : RoundMachine.fail(with(s, s.roll().without(s.lost())), FailureReason.LEADER);
    }

    private static Revealing with(Revealing s, Roll roll) {
        return new Revealing(s.rules(), roll, s.included(), s.signatures(), s.revealed(), s.lost());
    }
}
