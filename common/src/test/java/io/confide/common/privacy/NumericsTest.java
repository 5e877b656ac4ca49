package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

/** The parts, against values with more digits and against slower ways. */
class NumericsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "0.1, 0.89645697996912654372",
        "1, 0.42758357615580700441",
        "3.75, 0.1455897212750385390457",
        "27, 0.02088160799042094067409",
        "1e6, 5.6418958354747674e-7"
    })
    void scaledComplementaryErrorFunction(double x, double value) {
        assertEquals(value, NormalTail.scaled(x), 4e-16 * Math.max(1, value) + 2e-15 * value);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1, 0.15865525393145705141",
        "-1, 0.84134474606854294859",
        "10, 7.6198530241605260660e-24",
        "37, 5.7255712225245768e-300"
    })
    void tailsOfTheNormalLaw(double x, double value) {
        assertEquals(value, NormalTail.above(x), 1e-13 * value);
    }

    /** Integrals with 30 digits; the sum of absolute terms in use elsewhere is above them. */
    @ParameterizedTest
    @CsvSource({
        "1.1, 0.0042666666666666667, 1.5, 0.000017479784462924329755",
        "0.7, 0.05, 3.7, 0.16860307255805410902",
        "4, 0.01, 2.5, 0.0000080644097584960326690"
    })
    void divergenceBetweenWholeOrders(double z, double rate, double order, double value) {
        assertEquals(value, new PoissonMoments(rate, z).at(order), 1e-11 * value);
        double series = new FractionalSeries(rate, z).at(order).orElseThrow();
        assertTrue(series >= value && series < 1.02 * value);
    }

    @Test
    void theIntegralIsContinuousAtWholeOrders() {
        var moments = new PoissonMoments(0.02, 0.9);
        for (int order = 2; order <= 64; order *= 2) {
            double whole = moments.at(order);
            assertEquals(whole, moments.at(order + 1e-9), 1e-6 * whole);
            assertEquals(whole, moments.at(order - 1e-9), 1e-6 * whole);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 32, 64, 128})
    void transformAgreesWithTheDefinition(int length) {
        var random = new Random(length);
        double[] re = random.doubles(length).toArray();
        double[] im = random.doubles(length).toArray();
        var fast = Fourier.transform(re.clone(), im.clone());
        for (int k = 0; k < length; k++) {
            double sumRe = 0;
            double sumIm = 0;
            for (int j = 0; j < length; j++) {
                double angle = -2 * Math.PI * ((long) j * k % length) / length;
                sumRe += re[j] * Math.cos(angle) - im[j] * Math.sin(angle);
                sumIm += re[j] * Math.sin(angle) + im[j] * Math.cos(angle);
            }
            assertEquals(sumRe, fast.re()[k], 1e-12);
            assertEquals(sumIm, fast.im()[k], 1e-12);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, 7, 1e-5",
        "0.8, 1, 1e-12",
        "30, 2000, 1e-8",
        "4, 40, 0.2",
        "2, 3, 1e-40",
        "60, 100000, 1e-7",
        "0.8, 1500, 1e-2"
    })
    void composedMassesReproduceTheExactGaussian(double z, long steps, double delta) {
        double exact = AnalyticGaussian.epsilon(Math.sqrt(steps) / z, delta);
        for (var direction : MixtureLosses.Direction.values()) {
            var masses = new MixtureLosses(1, z, 20).masses(direction, 1e-4);
            var draws = new TiltedSum.Draws();
            draws.add(masses, steps);
            double epsilon = draws.sum(delta).epsilon(delta);
            assertTrue(epsilon >= exact * (1 - 1e-12), () -> epsilon + " < " + exact);
            assertEquals(exact, epsilon, 2e-5 * exact);
            double elsewhere = draws.sum(delta, exact / 3).epsilon(delta);
            assertTrue(elsewhere >= exact * (1 - 1e-12), () -> elsewhere + " < " + exact);
        }
    }

    /** With most of the mass at its top, the weights overflow where the answer is: that is no reason for an ε of 0. */
    @ParameterizedTest
    @CsvSource({"0.5, 0.25, 2, 0.03, 0.087", "0.99, 0.005, 10, 0.1, 0.88"})
    void aTiltThatOverflowsGivesNoLessThanTheTruth(
            double top, double rest, long steps, double delta, double least) {
        var law = new LossMasses(0.1, -1, 1);
        law.addAt(1, top);
        law.addAt(0, rest);
        law.addAt(-1, rest);
        var draws = new TiltedSum.Draws();
        draws.add(law, steps);
        double first = draws.sum(delta).epsilon(delta);
        assertTrue(first >= least - 0.001, () -> first + " is below " + least);
        double again = draws.sum(delta, first).epsilon(delta);
        assertTrue(again >= least - 0.001, () -> again + " is below " + least);
    }

    @ParameterizedTest
    @CsvSource({"1.5, 0.3", "0.6, 0.001", "8, 0.9", "0.2, 0.05", "500, 0.5", "3, 1e-7"})
    void massesAreAProbabilityAndSoAreTheirDiscountedOnes(double z, double rate) {
        for (var direction : MixtureLosses.Direction.values()) {
            var masses = new MixtureLosses(rate, z, 10.5).masses(direction, 1e-4);
            double p = masses.infinite();
            double q = 0;
            for (int i = 0; i < masses.size(); i++) {
                assertTrue(masses.mass(i) >= 0);
                p += masses.mass(i);
                q += masses.mass(i) * Math.exp(-masses.loss(i));
            }
            assertEquals(1, p, 1e-12);
            // what Q has where P has next to nothing is not kept: it is never worse
            double lost = rate * NormalTail.above(10.5 - 1 / z);
            assertEquals(1, q, 1e-11 + 1.01 * lost);
        }
    }

    /** δ(ε) of one step in closed form: removing a unit. */
    @ParameterizedTest
    @CsvSource({"1, 0.1, 1.0", "0.7, 0.01, 2.0", "2, 0.4, 0.3", "0.5, 0.001, 3", "5, 0.9, 0.05"})
    void oneStepIsTheHockeyStick(double z, double rate, double epsilon) {
        double t = z * Math.log((Math.expm1(epsilon) + rate) / rate) + 0.5 / z;
        double delta =
                (1 - rate) * NormalTail.above(t)
                        + rate * NormalTail.above(t - 1 / z)
                        - Math.exp(epsilon) * NormalTail.above(t);

        double found = PldAccountant.epsilon(List.of(Reference.event(z, rate, 1)), delta);

        assertEquals(epsilon, found, 1e-5 * epsilon);
        assertTrue(found >= epsilon * (1 - 1e-9));
    }
}
