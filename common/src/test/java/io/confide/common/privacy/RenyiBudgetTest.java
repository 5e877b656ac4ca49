package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class RenyiBudgetTest {
    private static final double DELTA = 1e-5;

    private static PrivacyEvent gaussian(double multiplier, long steps) {
        return new PrivacyEvent(
                Relation.ADD_REMOVE,
                PrivacyUnit.RECORD,
                new Sampling.Everyone(),
                new Noise.Gaussian(multiplier),
                steps);
    }

    /** The orders that the design note on filters lists, whole numbers; tenths may be a little better. */
    @ParameterizedTest
    @CsvSource({"0.5, 32", "1, 18", "2, 10", "3, 8", "5, 5", "8, 4"})
    void theOrderIsThatOfTheNoteOrATenthBesideIt(double epsilon, double whole) {
        var budget = RenyiBudget.of(epsilon, DELTA);
        var listed = RenyiBudget.at(epsilon, DELTA, whole);
        assertEquals(whole, budget.order(), 0.6);
        assertTrue(budget.limit() / budget.order() >= listed.limit() / whole);
        assertEquals(listed.limit() / whole, budget.limit() / budget.order(), 2e-3);
    }

    /** ε 3, α 8: 3 − ln(7/8) + ln(8e-5)/7, by hand. */
    @Test
    void theLimitIsWhatTheConversionLeaves() {
        assertEquals(1.78589, RenyiBudget.at(3, DELTA, 8).limit(), 5e-6);
    }

    /** Ten steps at z 4.75: ε 2.980 by whole orders and tenths; the demo's budget of 3 admits them and no eleventh. */
    @Test
    void theDemosTenCommitsFitAndAnEleventhDoesNot() {
        var budget = RenyiBudget.of(3, DELTA);
        assertTrue(budget.admits(budget.cost(gaussian(4.75, 10))));
        assertFalse(budget.admits(budget.cost(gaussian(4.75, 11))));
    }

    @Property
    void admitsGaussianNoiseOnEveryoneExactlyWhenTheAccountantDoes(
            @ForAll @DoubleRange(min = 0.1, max = 10) double epsilon,
            @ForAll @DoubleRange(min = 0.3, max = 100) double multiplier) {
        var budget = RenyiBudget.of(epsilon, DELTA);
        var event = gaussian(multiplier, 3);
        double shown = RdpAccountant.compose(List.of(event)).epsilon(DELTA).epsilon();
        if (Math.abs(shown - epsilon) > 1e-9) {
            assertEquals(shown < epsilon, budget.admits(budget.cost(event)));
        }
    }

    @Property
    void whatItAdmitsHasAtMostItsEpsilon(
            @ForAll @DoubleRange(min = 0.1, max = 10) double epsilon,
            @ForAll @DoubleRange(min = 0.3, max = 30) double multiplier,
            @ForAll @DoubleRange(min = 0.01, max = 0.5) double rate) {
        var budget = RenyiBudget.of(epsilon, DELTA);
        var event =
                new PrivacyEvent(
                        Relation.ADD_REMOVE,
                        PrivacyUnit.RECORD,
                        new Sampling.Poisson(rate),
                        new Noise.Grid(multiplier * 4096, 4096, 10),
                        20);
        if (budget.admits(budget.cost(event))) {
            double shown = RdpAccountant.compose(List.of(event)).epsilon(DELTA).epsilon();
            assertTrue(shown <= epsilon + 1e-9, "ε " + shown);
        }
    }

    @Test
    void whatIsNoNumberIsNotAdmitted() {
        assertFalse(RenyiBudget.of(3, DELTA).admits(Double.NaN));
        assertFalse(RenyiBudget.of(3, DELTA).admits(Double.POSITIVE_INFINITY));
    }

    @Test
    void nothingCostsNothing() {
        assertEquals(0, RenyiBudget.of(3, DELTA).cost(gaussian(1, 0)));
    }
}
