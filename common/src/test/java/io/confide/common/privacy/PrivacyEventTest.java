package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** Edges: nothing released, everything released, and arguments that mean nothing. */
class PrivacyEventTest {
    private static final Sampling EVERYONE = new Sampling.Everyone();

    @ParameterizedTest
    @EnumSource(Accountant.class)
    void nothingReleasedCostsNothing(Accountant accountant) {
        assertEquals(0, accountant.epsilon(List.of(Reference.event(1, 0, 1000)), 1e-9));
        assertEquals(0, accountant.epsilon(List.of(Reference.event(1, 0.5, 0)), 1e-9));
    }

    @ParameterizedTest
    @EnumSource(Accountant.class)
    void sampledWithCertaintyIsNotSampled(Accountant accountant) {
        var sampled = List.of(Reference.event(3, 1, 50));
        for (var relation : Relation.values()) {
            var whole = List.of(event(relation, EVERYONE, new Noise.Gaussian(3), 50));
            assertEquals(accountant.epsilon(whole, 1e-6), accountant.epsilon(sampled, 1e-6));
        }
        var batch =
                List.of(
                        event(
                                Relation.REPLACE,
                                new Sampling.FixedSize(9, 9),
                                new Noise.Gaussian(3),
                                50));
        assertEquals(accountant.epsilon(sampled, 1e-6), accountant.epsilon(batch, 1e-6));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-100, 1e-30, 0.5, 0.999999})
    void everyDeltaHasAnAnswer(double delta) {
        for (var accountant : Accountant.values()) {
            double epsilon =
                    accountant.epsilon(List.of(Reference.event(1.1, 0.004, 10_000)), delta);
            assertTrue(Double.isFinite(epsilon) && epsilon >= 0);
        }
    }

    @Test
    void hugeNumbersOfStepsHaveAnswersBetweenTheBounds() {
        for (long steps : new long[] {1_000_000_000L, 1_000_000_000_000_000L}) {
            var events = List.of(Reference.event(500, 1e-4, steps));
            double rdp = Accountant.RDP.epsilon(events, 1e-6);
            double pld = Accountant.PLD.epsilon(events, 1e-6);
            assertTrue(Double.isFinite(rdp) && pld > 0 && pld <= rdp, steps + ": " + pld);
        }
    }

    @Test
    void fixedSizesAreTighterByMassesThanByMoments() {
        var events =
                List.of(
                        event(
                                Relation.REPLACE,
                                new Sampling.FixedSize(1000, 50),
                                new Noise.Gaussian(2),
                                500));
        double rdp = Accountant.RDP.epsilon(events, 1e-4);
        double pld = Accountant.PLD.epsilon(events, 1e-4);
        // Poisson sampling at the same rate, one unit added or removed, is less than one exchanged
        // here.
        double poisson = Accountant.PLD.epsilon(List.of(Reference.event(2, 0.05, 500)), 1e-4);
        assertTrue(pld < 0.6 * rdp && pld >= poisson, pld + " " + rdp + " " + poisson);
    }

    @Test
    void gridNoiseIsCountedAtSlightlyLess() {
        var grid = new Noise.Grid(4.75 * (1 << 20), 1 << 20, 10_000);
        var continuous = grid.continuous();
        assertEquals(4.75, continuous.multiplier(), 1e-11);
        assertTrue(continuous.multiplier() < 4.75);
        assertEquals(
                Math.sqrt(1 - 16 / 100.0),
                new Noise.Grid(10, 10, 2).continuous().multiplier(),
                1e-15);
        double tight = Accountant.PLD.epsilon(List.of(Reference.event(grid, 1, 10)), 1e-5);
        assertEquals(
                Accountant.PLD.epsilon(List.of(Reference.event(4.75, 1, 10)), 1e-5), tight, 1e-10);
    }

    /** The bound for vectors holds in one coordinate, where the exact law can be taken: note that it is not equality. */
    @ParameterizedTest
    @ValueSource(doubles = {8, 12, 40})
    void gridNoiseIsBetterThanItsContinuousBound(double sigma) {
        for (double rate : new double[] {0.1, 1}) {
            var exact = List.of(Reference.event(new Noise.Grid(sigma, 8, 1), rate, 1));
            var bound = List.of(Reference.event(new Noise.Grid(sigma, 8, 2), rate, 1));
            for (double delta : new double[] {1e-2, 1e-5, 1e-9}) {
                assertTrue(
                        Accountant.PLD.epsilon(exact, delta)
                                <= Accountant.PLD.epsilon(bound, delta) + 2e-4);
            }
        }
    }

    /** ε is 0 from some noise on, so a search over its logarithm has nothing to follow there. */
    @Test
    void calibrationFindsItsWayFromNoEpsilonAtAll() {
        var unit = List.of(Reference.event(1, 0.0025118864315095794, 44));
        for (var accountant : Accountant.values()) {
            var answer = Calibration.factor(unit, 0.01, 0.0025118864315095794, accountant);
            assertTrue(answer.epsilon() <= 0.01 && answer.epsilon() > 0.0099, answer.toString());
        }
    }

    @Test
    void badArgumentsAreRefusedWithASentence() {
        refused("The noise multiplier must be 0.001 to", () -> new Noise.Gaussian(0));
        refused("The noise multiplier", () -> new Noise.Gaussian(Double.NaN));
        refused("The sampling rate must be 0 to 1, not 1.5", () -> new Sampling.Poisson(1.5));
        refused("The sampling rate", () -> new Sampling.Poisson(Double.NaN));
        refused("The batch must be 0 to the population of 5", () -> new Sampling.FixedSize(5, 6));
        refused("The number of steps", () -> Reference.event(1, 0.1, -1));
        refused("δ must be", () -> Accountant.PLD.epsilon(List.of(Reference.event(1, 0.1, 1)), 0));
        refused("δ must be", () -> Accountant.RDP.epsilon(List.of(Reference.event(1, 0.1, 1)), 1));
        refused(
                "δ must be",
                () -> Accountant.PLD.epsilon(List.of(Reference.event(1, 0.1, 1)), Double.NaN));
        refused("at least one event", () -> Accountant.PLD.epsilon(List.of(), 1e-5));
        refused(
                "ε must be",
                () ->
                        Calibration.factor(
                                List.of(Reference.event(1, 0.1, 1)), 0, 1e-5, Accountant.RDP));
        refused(
                "Nothing is released",
                () ->
                        Calibration.factor(
                                List.of(Reference.event(1, 0, 1)), 1, 1e-5, Accountant.RDP));
        refused("is not on the grid", () -> RdpCurve.zero().at(1.15));
        refused("at least 8 grid units", () -> new Noise.Grid(5, 5, 2).continuous());
    }

    @Test
    void whatIsNotBuiltIsRefused() {
        refused(
                "add-remove only",
                () -> event(Relation.REPLACE, new Sampling.Poisson(0.1), new Noise.Gaussian(1), 1));
        refused(
                "replace only",
                () ->
                        event(
                                Relation.ADD_REMOVE,
                                new Sampling.FixedSize(9, 3),
                                new Noise.Gaussian(1),
                                1));
        refused(
                "do not add up",
                () ->
                        Accountant.RDP.epsilon(
                                List.of(
                                        event(Relation.REPLACE, EVERYONE, new Noise.Gaussian(1), 1),
                                        Reference.event(1, 1, 1)),
                                1e-5));
    }

    private static PrivacyEvent event(
            Relation relation, Sampling sampling, Noise noise, long steps) {
        return new PrivacyEvent(relation, PrivacyUnit.RECORD, sampling, noise, steps);
    }

    private static void refused(String words, Executable call) {
        var refusal = assertThrows(ConfideException.class, call);
        assertTrue(refusal.sentence().contains(words), refusal.sentence());
    }
}
