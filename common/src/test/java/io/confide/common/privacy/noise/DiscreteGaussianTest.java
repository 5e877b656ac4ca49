package io.confide.common.privacy.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;
import java.util.stream.LongStream;

/** Both samplers against the law, and against each other. All seeds are fixed. */
class DiscreteGaussianTest {
    private static final int DRAWS = 400_000;
    private static final int BINS = 60;
    private static final double SIGMAS = 5;

    @ParameterizedTest
    @CsvSource({
        "1, 4",
        "1, 1",
        "2, 1",
        "355, 113",
        "16, 1",
        "65536, 1",
        "4194305, 1",
        "16777216, 1",
        "1000000007, 3",
        "70368744177664, 1"
    })
    void drawsFollowTheLaw(long numerator, long denominator) {
        var variance = new Variance(numerator, denominator);
        var table = TableDiscreteGaussian.of(variance, BernoulliTest.words(11));
        var exact = ExactDiscreteGaussian.of(variance, BernoulliTest.words(12));
        var bins = new Bins(variance.value());

        long[] fast = draws(table);
        long[] slow = draws(exact);

        bins.requireLaw(fast);
        bins.requireLaw(slow);
        bins.requireSameLaw(fast, slow);
        requireMoments(fast, bins);
        requireMoments(slow, bins);
    }

    /** What does not fit in two words takes another path, which must draw the same from the same words. */
    @Test
    void theSlowPathDrawsTheSame() {
        var wide = new Variance(1L << 61, 1 << 5);
        var narrow = Variance.of(1L << 56);
        assertEquals(wide, narrow);
        var huge = ExactDiscreteGaussian.ofWords(Variance.of((1L << 61) + 1), new Random(3));
        double sum = 0;
        for (int i = 0; i < 20_000; i++) {
            double x = huge.next() / Math.sqrt(0x1p61);
            sum += x * x;
        }
        assertEquals(1, sum / 20_000, SIGMAS * Math.sqrt(2.0 / 20_000));
    }

    @Test
    void theSameSeedGivesTheSameNoise() {
        var variance = Variance.of(1L << 44);
        var table = TableDiscreteGaussian.of(variance, BernoulliTest.words(7));
        long[] one = new long[1000];
        table.fill(one);

        var again = table.with(BernoulliTest.words(7));

        assertArrayEquals(one, LongStream.generate(again::next).limit(1000).toArray());
        assertTrue(table.distance() <= 0x1p-120);
    }

    @Test
    void badVariancesAreRefused() {
        assertThrows(ConfideException.class, () -> new Variance(0, 1));
        assertThrows(ConfideException.class, () -> new Variance(1, 257));
        assertThrows(ConfideException.class, () -> new Variance(1, 0));
        assertThrows(ConfideException.class, () -> Variance.of((1L << 62) + 1));
        assertEquals(new Variance(1, 3), new Variance(2, 6));
    }

    private static long[] draws(DiscreteGaussian sampler) {
        long[] draws = new long[DRAWS];
        sampler.fill(draws);
        return draws;
    }

    private static void requireMoments(long[] draws, Bins bins) {
        double sum = 0;
        double squares = 0;
        for (long draw : draws) {
            sum += draw;
            squares += (double) draw * draw;
        }
        double variance = bins.moment(2);
        double spread = Math.sqrt((bins.moment(4) - variance * variance) / DRAWS);
        assertEquals(0, sum / DRAWS, SIGMAS * Math.sqrt(variance / DRAWS));
        assertEquals(variance, squares / DRAWS, SIGMAS * spread);
    }

    /** Intervals of whole numbers with about equal chances, and the chances. */
    private static final class Bins {
        private final double square;
        private final long[] ends = new long[BINS];
        private final double[] chances = new double[BINS];
        private int count;

        Bins(double square) {
            this.square = square;
            // Above σ = 4096 the sum over whole numbers is an integral to 1e-7 of a bin.
            long step = Math.max(1, (long) (Math.sqrt(square) / 4096));
            long reach = (long) (12 * Math.sqrt(square)) / step * step + step;
            double total = 0;
            for (long x = -reach; x <= reach; x += step) {
                total += weight(x);
            }
            double chance = 0;
            for (long x = -reach; x <= reach; x += step) {
                chance += weight(x) / total;
                if (chance > 1.0 / BINS || x == reach) {
                    // with a step the bin ends half-way to the next point
                    ends[count] = x == reach ? Long.MAX_VALUE : x + (step - 1) / 2;
                    chances[count++] = chance;
                    chance = 0;
                }
            }
        }

        private double weight(double x) {
            return Math.exp(-x * x / (2 * square));
        }

        double moment(int power) {
            long step = Math.max(1, (long) (Math.sqrt(square) / 4096));
            long reach = (long) (12 * Math.sqrt(square)) / step * step + step;
            double total = 0;
            double sum = 0;
            for (long x = -reach; x <= reach; x += step) {
                total += weight(x);
                sum += weight(x) * Math.pow(x, power);
            }
            return sum / total;
        }

        private double[] counts(long[] draws) {
            double[] counts = new double[count];
            for (long draw : draws) {
                int bin = 0;
                while (draw > ends[bin]) {
                    bin++;
                }
                counts[bin]++;
            }
            return counts;
        }

        void requireLaw(long[] draws) {
            double[] counts = counts(draws);
            double sum = 0;
            for (int i = 0; i < count; i++) {
                double expected = chances[i] * draws.length;
                sum += (counts[i] - expected) * (counts[i] - expected) / Math.max(expected, 1);
            }
            requireChiSquare(sum);
        }

        void requireSameLaw(long[] one, long[] other) {
            double[] a = counts(one);
            double[] b = counts(other);
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (a[i] - b[i]) * (a[i] - b[i]) / Math.max(a[i] + b[i], 1);
            }
            requireChiSquare(sum);
        }

        private void requireChiSquare(double sum) {
            double freedom = count - 1;
            assertTrue(
                    sum < freedom + SIGMAS * Math.sqrt(2 * freedom) + SIGMAS,
                    "chi-square " + sum + " with " + freedom + " degrees of freedom");
        }
    }
}
