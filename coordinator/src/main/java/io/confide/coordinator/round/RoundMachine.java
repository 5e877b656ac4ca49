package io.confide.coordinator.round;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.RoundState.Collecting;
import io.confide.coordinator.round.RoundState.Done;
import io.confide.coordinator.round.RoundState.Failed;
import io.confide.coordinator.round.RoundState.FailureReason;
import io.confide.coordinator.round.RoundState.Revealing;
import io.confide.coordinator.round.RoundState.Signing;
import io.confide.coordinator.round.RoundState.Unmasking;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The round as a pure function; no clock, randomness, I/O or log (PROTOCOL.md §3.8). */
public final class RoundMachine {
    private RoundMachine() {}

    /** The next state, and the work that follows from having reached it. */
    public record Step(RoundState next, List<RoundEffect> effects) {
        public Step {
            effects = List.copyOf(effects);
        }
    }

    /**
     * The start of a round: U1 is those of {@code members} that are {@code connected}, or as many of them as make a sum that
     * may follow the earlier ones; the others are recorded as not there or left out.
     */
    public static Step open(
            RoundRules rules, SortedSet<SiteId> members, SortedSet<SiteId> connected) {
        var there = new TreeSet<>(members);
        there.retainAll(connected);
        var cohort = rules.past().cohort(there, rules.floor()).orElse(there);
        var absent = new TreeMap<SiteId, Drop>();
        for (var site : members) {
            if (!cohort.contains(site)) {
                var cause =
                        there.contains(site)
                                ? new Drop.Cause.LeftOut()
                                : new Drop.Cause.NotConnected();
                absent.put(site, new Drop(Drop.Step.OPEN, cause));
            }
        }
        var roll = new Roll(cohort, Collections.emptySortedSet(), absent);
        return enter(new Collecting(rules, roll, Collections.emptySortedMap()));
    }

    /**
     * Total: every (state, event) has a step; an event that comes late, twice or from outside U1
     * changes nothing.
     */
    public static Step step(RoundState state, RoundEvent event) {
        return switch (event) {
            case RoundEvent.IntegrityBroken _ -> fail(state, FailureReason.INTEGRITY);
            case RoundEvent.LeaderLost _ -> fail(state, FailureReason.LEADER);
            case RoundEvent.RevealVerified e when state.roll().mayStandIn(e.site()) ->
                    live(state, e);
            case RoundEvent.FromSite e -> state.roll().has(e.site()) ? live(state, e) : stay(state);
            case RoundEvent.DeadlinePassed _, RoundEvent.Unmasked _, RoundEvent.TakenOver _ ->
                    live(state, event);
        };
    }

    private static Step live(RoundState state, RoundEvent event) {
        return switch (state) {
            case Collecting s -> CollectingPhase.step(s, event);
            case Signing s -> SigningPhase.step(s, event);
            case Revealing s -> RevealingPhase.step(s, event);
            case Unmasking s -> unmasking(s, event);
            case Done s -> stay(s);
            case Failed s -> stay(s);
        };
    }

    /**
     * What remains to be done in {@code state}: what a re-ask repeats, and what a driver that takes
     * over does first.
     */
    public static List<RoundEffect> outstanding(RoundState state) {
        return switch (state) {
            case Collecting s when CollectingPhase.starved(s) ->
                    List.of(
                            new RoundEffect.AskInputs(s.roll().cohort()),
                            new RoundEffect.AwaitReturn(CollectingPhase.mayReturn(s)));
            case Collecting s -> List.of(new RoundEffect.AskInputs(s.roll().cohort()));
            case Signing s when !s.lost().isEmpty() ->
                    List.of(
                            new RoundEffect.AskInputs(s.lost()),
                            new RoundEffect.Propose(s.roll().cohort(), s.included()));
            case Signing s -> List.of(new RoundEffect.Propose(s.roll().cohort(), s.included()));
            // Nobody is asked to open a sum of which a part is missing.
            case Revealing s when !s.lost().isEmpty() ->
                    List.of(new RoundEffect.AskInputs(s.lost()));
            case Revealing s when s.certificate() == RoundState.Certificate.FAST ->
                    List.of(new RoundEffect.SendFastCert(s.roll().cohort(), s.included()));
            case Revealing s ->
                    List.of(
                            new RoundEffect.SendCert(
                                    s.roll().cohort(), s.included(), s.signatures()));
            case Unmasking s -> List.of(new RoundEffect.Unmask(s.included(), s.revealed()));
            case Done s -> List.of(new RoundEffect.PublishResult(s.included(), s.newModel()));
            case Failed s -> List.of(new RoundEffect.PublishFailed(s.reason()));
        };
    }

    private static Step unmasking(Unmasking s, RoundEvent event) {
        return switch (event) {
            case RoundEvent.Unmasked(var newModel) ->
                    enter(new Done(s.roll(), s.included(), newModel));
            // A secret was in dispute: its shares, and what proves them, have to come again as
            // well.
            case RoundEvent.TakenOver _ -> stay(RevealingPhase.takenOver(s.certified(), s.roll()));
            case RoundEvent.MessageUnusable(var site, var why) -> {
                var roll = s.roll().dropping(site, Drop.Step.REVEAL, new Drop.Cause.Unusable(why));
                yield stay(new Unmasking(s.certified(), roll));
            }
            case RoundEvent.DeadlinePassed(var phase) ->
                    phase == RoundEvent.Phase.UNMASKING
                            ? fail(s, FailureReason.NO_SHARES)
                            : stay(s);
            case RoundEvent.InputFolded _,
                    RoundEvent.SiteLost _,
                    RoundEvent.SiteReturned _,
                    RoundEvent.GracePassed _,
                    RoundEvent.SiteDeclined _,
                    RoundEvent.SignVerified _,
                    RoundEvent.RevealVerified _,
                    RoundEvent.IntegrityBroken _,
                    RoundEvent.LeaderLost _ ->
                    stay(s);
        };
    }

    /** A live round ends without a sum; a terminal one stays. */
    static Step fail(RoundState state, FailureReason reason) {
        return switch (state) {
            case Collecting s -> failed(s, Sets.keys(s.folded()), reason);
            case Signing s -> failed(s, Sets.keys(s.included()), reason);
            case Revealing s -> failed(s, Sets.keys(s.included()), reason);
            case Unmasking s -> failed(s, s.included(), reason);
            case Done s -> stay(s);
            case Failed s -> stay(s);
        };
    }

    private static Step failed(RoundState s, SortedSet<SiteId> included, FailureReason reason) {
        return enter(new Failed(s.roll(), included, reason));
    }

    /** A new phase begins: everything outstanding in it is to be done. */
    static Step enter(RoundState next) {
        return new Step(next, outstanding(next));
    }

    static Step stay(RoundState s) {
        return new Step(s, List.of());
    }
}
