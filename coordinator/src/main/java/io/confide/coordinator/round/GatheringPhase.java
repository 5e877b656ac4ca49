package io.confide.coordinator.round;

import static io.confide.coordinator.round.RoundMachine.stay;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.RoundMachine.Step;
import io.confide.coordinator.round.RoundState.Collecting;
import io.confide.coordinator.round.RoundState.Gathering;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The members' sums are on their way (R4). A sum that got lost with its member is made again while there is time (R5). */
final class GatheringPhase {
    private GatheringPhase() {}

    static Step step(Gathering s, RoundEvent event) {
        return switch (event) {
            case RoundEvent.Gathered(var included) -> gathered(s, included);
            case RoundEvent.DeadlinePassed(var phase) ->
                    phase == RoundEvent.Phase.COLLECTING
                            ? stay(new Gathering(s.collected(), true))
                            : stay(s);
            case RoundEvent.TakenOver _ -> CollectingPhase.step(s.collected(), event);
            // A member has it, and whoever asked for that never heard.
            case RoundEvent.InputFolded(var site, var proof) ->
                    with(s, CollectingPhase.folding(s.collected(), site, proof));
            case RoundEvent.SiteLost(var site) ->
                    with(s, CollectingPhase.with(s.collected(), s.roll().lost(site)));
            case RoundEvent.SiteReturned(var site) ->
                    with(
                            s,
                            CollectingPhase.with(
                                    s.collected(), s.roll().returned(site, Drop.Step.UPLOAD)));
            case RoundEvent.GracePassed(var site) ->
                    s.roll().away().contains(site) ? drop(s, site, new Drop.Cause.Lost()) : stay(s);
            case RoundEvent.SiteDeclined(var site, var check) ->
                    drop(s, site, new Drop.Cause.Declined(check));
            case RoundEvent.MessageUnusable(var site, var why) ->
                    drop(s, site, new Drop.Cause.Unusable(why));
            case RoundEvent.SignVerified _,
                    RoundEvent.RevealVerified _,
                    RoundEvent.Unmasked _,
                    RoundEvent.IntegrityBroken _,
                    RoundEvent.LeaderLost _ ->
                    stay(s);
        };
    }

    private static Step with(Gathering s, Collecting collected) {
        return stay(new Gathering(collected, s.isLate()));
    }

    private static Step drop(Gathering s, SiteId site, Drop.Cause cause) {
        return s.collected().folded().containsKey(site)
                ? stay(s)
                : with(s, CollectingPhase.dropping(s.collected(), site, cause));
    }

    /** U3 is what was gathered: all that was folded, or what is left of it when nothing more is waited for. */
    private static Step gathered(Gathering s, SortedSet<SiteId> included) {
        RoundState.Subset.check(included, s.collected().folded().keySet());
        var folded = new TreeMap<>(s.collected().folded());
        folded.keySet().retainAll(included);
        var rest = new Collecting(s.collected().rules(), s.roll(), folded);
        return s.isLate() || folded.equals(s.collected().folded()) || CollectingPhase.complete(rest)
                ? CollectingPhase.fix(rest)
                : askAgain(rest);
    }

    private static Step askAgain(Collecting s) {
        var missing = new TreeSet<>(s.roll().cohort());
        missing.removeAll(s.folded().keySet());
        missing.removeAll(s.roll().dropped().keySet());
        return new Step(
                s, List.of(new RoundEffect.GoOnAdding(), new RoundEffect.AskInputs(missing)));
    }
}
