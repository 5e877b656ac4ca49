package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.util.List;

class AccountantPropertiesTest {
    private static final double HAIR = 1e-9;

    /** Closer than this the accountant does not look: its bounds on two grids differ by their allowances for rounding. */
    private static final double CLOSE = 1e-3;

    /**
     * Below it the default grid of losses shows: the answer is still an upper bound, but one grid, or one noise, may be
     * rounded up more than its neighbour.
     */
    private static final double RESOLVED = 0.1;

    @Property(tries = 12)
    void moreStepsMoreNoiseAndLessDeltaDoWhatTheyShould(
            @ForAll("configurations") Configuration c, @ForAll Accountant accountant) {
        double epsilon = c.epsilon(accountant);

        assertTrue(Double.isFinite(epsilon) && epsilon >= 0, c + " " + epsilon);
        if (accountant == Accountant.PLD && epsilon < RESOLVED) {
            return;
        }
        assertTrue(c.steps(2 * c.steps).epsilon(accountant) >= epsilon * (1 - HAIR));
        assertTrue(c.noise(1.2 * c.z).epsilon(accountant) <= epsilon * (1 + HAIR));
        assertTrue(c.rate(Math.min(1, 1.3 * c.rate)).epsilon(accountant) >= epsilon * (1 - HAIR));
        assertTrue(c.delta(c.delta / 7).epsilon(accountant) >= epsilon * (1 - HAIR));
    }

    @Property(tries = 12)
    void tightIsNeverAboveRenyi(@ForAll("configurations") Configuration c) {
        assertTrue(c.epsilon(Accountant.PLD) <= c.epsilon(Accountant.RDP));
    }

    @Property(tries = 12)
    void whatIsSampledIsAtMostTheWhole(@ForAll("configurations") Configuration c) {
        double whole = AnalyticGaussian.epsilon(Math.sqrt(c.steps) / c.z, c.delta);

        assertTrue(c.epsilon(Accountant.PLD) <= whole * (1 + 1e-3) + 1e-3, c.toString());
    }

    @Property(tries = 5)
    void theOrderOfReleasesDoesNotMatterAndStepsAreRepetitions(
            @ForAll("configurations") Configuration a, @ForAll("configurations") Configuration b) {
        var twice = List.of(a.event(), b.event(), a.event());
        var shuffled = List.of(b.event(), a.event(), a.event());
        var joined = List.of(a.steps(2 * a.steps).event(), b.event());
        for (var accountant : Accountant.values()) {
            double epsilon = accountant.epsilon(twice, a.delta);
            assertEquals(epsilon, accountant.epsilon(shuffled, a.delta), HAIR * epsilon);
            assertEquals(epsilon, accountant.epsilon(joined, a.delta), HAIR * epsilon);
        }
    }

    @Property(tries = 6)
    void aFinerLossGridOnlyTightens(@ForAll("configurations") Configuration c) {
        var events = List.of(c.event());
        double coarse = PldAccountant.epsilon(events, c.delta, 4e-4);

        double fine = PldAccountant.epsilon(events, c.delta, 1e-4);
        assertTrue(fine <= c.epsilon(Accountant.RDP), c.toString());
        assertTrue(coarse < RESOLVED || fine <= coarse * (1 + CLOSE), c.toString());
    }

    @Property(tries = 6)
    void calibratedNoiseIsTheLeastThatGivesNoMoreThanTheTarget(
            @ForAll("configurations") Configuration c, @ForAll Accountant accountant) {
        isLeast(c, accountant);
    }

    /** Where a record is in the sum with less chance than δ, ε by Rényi divergence falls to 0 at once. */
    @Example
    void calibrationStopsAtAJumpOfEpsilon() {
        isLeast(new Configuration(0.7, 0.00776247116628692, 1, 0.01), Accountant.RDP);
    }

    private static void isLeast(Configuration c, Accountant accountant) {
        double target = c.epsilon(Accountant.RDP) / 2 + 1e-3;

        double z =
                Calibration.factor(List.of(c.noise(1).event()), target, c.delta, accountant)
                        .factor();

        double reached = c.noise(z).epsilon(accountant);
        assertTrue(reached <= target, c + " " + z);
        assertTrue(
                reached >= target * (1 - 1e-3)
                        || z < 1e-2
                        || c.noise(z * (1 - 1e-5)).epsilon(accountant) > target,
                c + " " + z + " " + reached);
    }

    @Provide
    Arbitrary<Configuration> configurations() {
        return Combinators.combine(
                        Arbitraries.doubles().between(0.7, 12),
                        Arbitraries.doubles().between(-3.5, -0.05),
                        Arbitraries.longs().between(1, 3000),
                        Arbitraries.doubles().between(-9, -2))
                .as((z, q, steps, d) -> new Configuration(z, exp10(q), steps, exp10(d)));
    }

    private static double exp10(double exponent) {
        return Math.pow(10, exponent);
    }

    record Configuration(double z, double rate, long steps, double delta) {
        PrivacyEvent event() {
            return Reference.event(z, rate, steps);
        }

        double epsilon(Accountant accountant) {
            return accountant.epsilon(List.of(event()), delta);
        }

        Configuration steps(long other) {
            return new Configuration(z, rate, other, delta);
        }

        Configuration noise(double other) {
            return new Configuration(other, rate, steps, delta);
        }

        Configuration rate(double other) {
            return new Configuration(z, other, steps, delta);
        }

        Configuration delta(double other) {
            return new Configuration(z, rate, steps, other);
        }
    }
}
