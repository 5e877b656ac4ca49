package io.confide.coordinator.round;

import static io.confide.coordinator.round.RoundMachine.enter;
import static io.confide.coordinator.round.RoundMachine.stay;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.coordinator.round.RoundEvent.DeadlinePassed;
import io.confide.coordinator.round.RoundMachine.Step;
import io.confide.coordinator.round.RoundState.Collecting;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Inputs come in until everybody of U1 has folded or dropped, or time is up; then U3 is fixed for ever. */
final class CollectingPhase {
    private static final Drop.Step UPLOAD = Drop.Step.UPLOAD;

    private CollectingPhase() {}

    static Step step(Collecting s, RoundEvent event) {
        return switch (event) {
            case RoundEvent.InputFolded(var site, var proof) -> fold(s, site, proof);
            case RoundEvent.SiteLost(var site) -> stay(with(s, s.roll().lost(site)));
            case RoundEvent.SiteReturned(var site) ->
                    stay(with(s, s.roll().returned(site, UPLOAD)));
            case RoundEvent.GracePassed(var site) ->
                    s.roll().away().contains(site) ? drop(s, site, new Drop.Cause.Lost()) : stay(s);
            case RoundEvent.SiteDeclined(var site, var check) ->
                    drop(s, site, new Drop.Cause.Declined(check));
            case RoundEvent.MessageUnusable(var site, var why) ->
                    drop(s, site, new Drop.Cause.Unusable(why));
            case DeadlinePassed(var phase) ->
                    switch (phase) {
                        case COLLECTING -> close(s);
                        case USUAL -> s.rules().isSum(s.folded().keySet()) ? close(s) : stay(s);
                        case RETURN -> starved(s) ? close(s) : stay(s);
                        case SIGNING, REVEALING, UNMASKING -> stay(s);
                    };
            // U3 is not fixed: the sum is begun anew, and everybody is asked for the same upload.
            case RoundEvent.TakenOver _ ->
                    stay(
                            new Collecting(
                                    s.rules(), s.roll().allLost(), Collections.emptySortedMap()));
            case RoundEvent.SignVerified _,
                    RoundEvent.RevealVerified _,
                    RoundEvent.Unmasked _,
                    RoundEvent.IntegrityBroken _,
                    RoundEvent.LeaderLost _ ->
                    stay(s);
        };
    }

    /** Nobody is left to wait for, yet the inputs are too few, or those of almost the same sites as before. */
    static boolean starved(Collecting s) {
        return complete(s) && !s.rules().isSum(s.folded().keySet());
    }

    /** The sites whose return would still help: they only lost their connection. */
    static SortedSet<SiteId> mayReturn(Collecting s) {
        var missing = new TreeSet<SiteId>();
        s.roll()
                .dropped()
                .forEach(
                        (site, drop) -> {
                            if (drop.cause() instanceof Drop.Cause.Lost) {
                                missing.add(site);
                            }
                        });
        return Collections.unmodifiableSortedSet(missing);
    }

    private static Step fold(Collecting s, SiteId site, UploadProof proof) {
        if (s.folded().containsKey(site)) {
            return stay(s);
        }
        var folded = Sets.plus(s.folded(), site, proof);
        return settle(new Collecting(s.rules(), s.roll().did(site, UPLOAD), folded));
    }

    private static Step drop(Collecting s, SiteId site, Drop.Cause cause) {
        return s.folded().containsKey(site)
                ? stay(s)
                : settle(with(s, s.roll().dropping(site, UPLOAD, cause)));
    }

    /** Closes when nobody is left to wait for, except that too few inputs are worth a wait for those away. */
    private static Step settle(Collecting s) {
        if (!complete(s)) {
            return stay(s);
        }
        return starved(s) && !mayReturn(s).isEmpty()
                ? new Step(s, List.of(new RoundEffect.AwaitReturn(mayReturn(s))))
                : close(s);
    }

    private static Step close(Collecting s) {
        var roll = s.roll().closing(s.folded().keySet(), UPLOAD);
        if (s.folded().size() < s.rules().floor()) {
            return RoundMachine.fail(with(s, roll), RoundState.FailureReason.TOO_FEW);
        }
        if (!s.rules().isSum(s.folded().keySet())) {
            return RoundMachine.fail(with(s, roll), RoundState.FailureReason.TOO_CLOSE);
        }
        boolean everybody = s.folded().keySet().equals(roll.cohort());
        return switch (s.rules().vote()) {
            case ALWAYS -> enter(signing(s, roll));
            case IF_ANY_IS_MISSING -> enter(everybody ? revealing(s, roll) : signing(s, roll));
        };
    }

    private static RoundState signing(Collecting s, Roll roll) {
        return new RoundState.Signing(s.rules(), roll, s.folded(), Collections.emptySortedMap());
    }

    private static RoundState revealing(Collecting s, Roll roll) {
        return new RoundState.Revealing(
                s.rules(),
                roll,
                s.folded(),
                Collections.emptySortedMap(),
                Collections.emptySortedSet());
    }

    private static boolean complete(Collecting s) {
        return s.roll().cohort().stream()
                .allMatch(
                        site ->
                                s.folded().containsKey(site)
                                        || s.roll().dropped().containsKey(site));
    }

    private static Collecting with(Collecting s, Roll roll) {
        return new Collecting(s.rules(), roll, s.folded());
    }
}
