package io.confide.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.RoundMachine.Step;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

class RoundSimulationTest {
    private static final int ROUNDS = Integer.getInteger("confide.rounds", 3_000);
    private static final int MUTANT_ROUNDS = 2_000;

    @Test
    void everyRoundEndsWithTheSumOfExactlyTheIncludedInputs() {
        long first = Long.getLong("confide.seed", System.nanoTime());
        var counted = new HashMap<String, Integer>();
        for (long seed = first; seed < first + ROUNDS; seed++) {
            run(seed, Subject.REAL)
                    .forEach((what, times) -> counted.merge(what, times, Integer::sum));
        }
        // A simulator that stopped injecting faults would pass everything.
        if (ROUNDS >= 1000) {
            for (var what :
                    List.of(
                            "dropped",
                            "doubled",
                            "left",
                            "returned",
                            "fast",
                            "Signing",
                            "restarted in Collecting",
                            "restarted in Signing",
                            "restarted in Revealing",
                            "Done",
                            "Failed")) {
                assertTrue(counted.getOrDefault(what, 0) > 0, () -> what + " in " + counted);
            }
        }
    }

    private static Map<String, Integer> run(long seed, Subject subject) {
        var world = new RoundWorld(seed, subject);
        try {
            world.run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "replay: -Dconfide.seed=" + seed + " -Dconfide.rounds=1\n" + world.tail(), e);
        }
        return world.counted;
    }

    /** The simulation is believed because it finds each of these. */
    @ParameterizedTest
    @EnumSource
    void findsThePlantedMistake(Mutant mutant) {
        for (long seed = 0; seed < MUTANT_ROUNDS; seed++) {
            try {
                run(seed, mutant.subject);
            } catch (AssertionError caught) {
                return;
            }
        }
        fail(mutant + " went unnoticed in " + MUTANT_ROUNDS + " rounds");
    }

    enum Mutant {
        FLOOR_OFF_BY_ONE(
                new Subject() {
                    @Override
                    public Step open(
                            RoundRules rules, SortedSet<SiteId> members, SortedSet<SiteId> here) {
                        var wrong =
                                new RoundRules(
                                        rules.floor() - 1,
                                        rules.quorum(),
                                        rules.threshold(),
                                        rules.vote());
                        return RoundMachine.open(wrong, members, here);
                    }
                }),
        QUORUM_OFF_BY_ONE(
                new Subject() {
                    @Override
                    public Step open(
                            RoundRules rules, SortedSet<SiteId> members, SortedSet<SiteId> here) {
                        var wrong =
                                new RoundRules(
                                        rules.floor(),
                                        rules.quorum() - 1,
                                        rules.threshold(),
                                        rules.vote());
                        return RoundMachine.open(wrong, members, here);
                    }
                }),
        THRESHOLD_OFF_BY_ONE(
                new Subject() {
                    @Override
                    public Step open(
                            RoundRules rules, SortedSet<SiteId> members, SortedSet<SiteId> here) {
                        var wrong =
                                new RoundRules(
                                        rules.floor(),
                                        rules.quorum(),
                                        rules.threshold() - 1,
                                        rules.vote());
                        return RoundMachine.open(wrong, members, here);
                    }
                }),
        LATE_INPUT_ACCEPTED_WHILE_SIGNING(
                new Subject() {
                    @Override
                    public Step step(RoundState state, RoundEvent event) {
                        return state instanceof RoundState.Signing s
                                        && event instanceof RoundEvent.InputFolded(var site, var y)
                                ? new Step(
                                        new RoundState.Signing(
                                                s.rules(),
                                                s.roll(),
                                                Sets.plus(s.included(), site, y),
                                                s.signatures()),
                                        List.of())
                                : RoundMachine.step(state, event);
                    }
                }),
        LATE_INPUT_ACCEPTED_WHILE_REVEALING(
                new Subject() {
                    @Override
                    public Step step(RoundState state, RoundEvent event) {
                        return state instanceof RoundState.Revealing s
                                        && event instanceof RoundEvent.InputFolded(var site, var y)
                                ? new Step(
                                        new RoundState.Revealing(
                                                s.rules(),
                                                s.roll(),
                                                Sets.plus(s.included(), site, y),
                                                s.signatures(),
                                                s.revealed()),
                                        List.of())
                                : RoundMachine.step(state, event);
                    }
                }),
        CERTIFIES_A_SUM_OF_WHICH_VECTORS_WERE_LOST(
                new Subject() {
                    @Override
                    public Step step(RoundState state, RoundEvent event) {
                        return state instanceof RoundState.Signing s
                                        && event instanceof RoundEvent.SignVerified
                                ? RoundMachine.step(
                                        new RoundState.Signing(
                                                s.rules(), s.roll(), s.included(), s.signatures()),
                                        event)
                                : RoundMachine.step(state, event);
                    }
                }),
        SHOWS_A_CERTIFICATE_BEFORE_THE_VECTORS_ARE_BACK(
                new Subject() {
                    @Override
                    public List<RoundEffect> outstanding(RoundState state) {
                        return state instanceof RoundState.Revealing s && !s.lost().isEmpty()
                                ? RoundMachine.outstanding(
                                        new RoundState.Revealing(
                                                s.rules(),
                                                s.roll(),
                                                s.included(),
                                                s.signatures(),
                                                s.revealed()))
                                : RoundMachine.outstanding(state);
                    }
                }),
        SUM_OVER_ALL_NOT_THE_INCLUDED(
                new Subject() {
                    @Override
                    public Adding adding() {
                        return Adding.EVERYTHING_THAT_ARRIVES;
                    }
                }),
        OUTSTANDING_FORGETS_SIGNING(
                new Subject() {
                    @Override
                    public List<RoundEffect> outstanding(RoundState state) {
                        return state instanceof RoundState.Signing
                                ? List.of()
                                : RoundMachine.outstanding(state);
                    }

                    @Override
                    public Step step(RoundState state, RoundEvent event) {
                        var step = RoundMachine.step(state, event);
                        return step.next() instanceof RoundState.Signing
                                ? new Step(step.next(), List.of())
                                : step;
                    }
                }),
        OUTSTANDING_FORGETS_REVEALING(
                new Subject() {
                    @Override
                    public List<RoundEffect> outstanding(RoundState state) {
                        return state instanceof RoundState.Revealing
                                ? List.of()
                                : RoundMachine.outstanding(state);
                    }
                }),
        A_NEW_PHASE_FORGETS_ITS_EFFECTS(
                new Subject() {
                    @Override
                    public Step step(RoundState state, RoundEvent event) {
                        var step = RoundMachine.step(state, event);
                        return step.next() instanceof RoundState.Revealing
                                ? new Step(step.next(), List.of())
                                : step;
                    }
                }),
        NO_VOTE_ALTHOUGH_THE_RULES_WANT_ONE(
                new Subject() {
                    @Override
                    public Step open(
                            RoundRules rules, SortedSet<SiteId> members, SortedSet<SiteId> here) {
                        var wrong =
                                new RoundRules(
                                        rules.floor(),
                                        rules.quorum(),
                                        rules.threshold(),
                                        RoundRules.Vote.IF_ANY_IS_MISSING);
                        return RoundMachine.open(wrong, members, here);
                    }
                }),
        A_SITE_LOST_AFTER_A_FAST_CERTIFICATE_BRINGS_A_VOTE(
                new Subject() {
                    @Override
                    public Step step(RoundState state, RoundEvent event) {
                        return state instanceof RoundState.Revealing s
                                        && s.certificate() == RoundState.Certificate.FAST
                                        && event instanceof RoundEvent.SiteLost
                                ? RoundMachine.enter(
                                        new RoundState.Signing(
                                                s.rules(), s.roll(), s.included(), s.signatures()))
                                : RoundMachine.step(state, event);
                    }
                }),
        A_DONE_ROUND_CAN_STILL_FAIL(
                new Subject() {
                    @Override
                    public Step step(RoundState state, RoundEvent event) {
                        return state instanceof RoundState.Done s
                                        && event instanceof RoundEvent.DeadlinePassed
                                ? RoundMachine.enter(
                                        new RoundState.Failed(
                                                s.roll(),
                                                s.included(),
                                                RoundState.FailureReason.NO_SHARES))
                                : RoundMachine.step(state, event);
                    }
                }),
        A_LOST_SITE_IS_WAITED_FOR_FOR_EVER(
                new Subject() {
                    @Override
                    public Step step(RoundState state, RoundEvent event) {
                        boolean clock =
                                event instanceof RoundEvent.GracePassed
                                        || event instanceof RoundEvent.DeadlinePassed;
                        return state instanceof RoundState.Collecting && clock
                                ? RoundMachine.stay(state)
                                : RoundMachine.step(state, event);
                    }
                });

        final Subject subject;

        Mutant(Subject subject) {
            this.subject = subject;
        }
    }
}
