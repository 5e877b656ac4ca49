package io.confide.common.privacy.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Random;

class AliasTableTest {
    private static final MathContext DIGITS = new MathContext(90);
    private static final BigInteger FULL = BigInteger.ONE.shiftLeft(128);

    @Property(tries = 100)
    void everyIndexKeepsItsWeightExactly(
            @ForAll @IntRange(min = 1, max = 6) int bits, @ForAll long seed) {
        int length = 1 << bits;
        var random = new Random(seed);
        var weights = new BigInteger[length];
        var rest = FULL.multiply(BigInteger.valueOf(length));
        for (int i = 1; i < length; i++) {
            weights[i] = new BigInteger(random.nextInt(1, 129), random).min(rest);
            rest = rest.subtract(weights[i]);
        }
        weights[0] = rest;

        var table = AliasTable.of(weights);

        for (int i = 0; i < length; i++) {
            // a whole column lacks one unit of its threshold, which its own alias gives back
            assertEquals(weights[i], table.weight(i));
        }
    }

    /** The distance to the law with 90 digits, which the sampler states. */
    @Test
    void theTableIsWithinItsStatedDistance() {
        for (long square : new long[] {1, 7, 16, 1000}) {
            var sampler = TableDiscreteGaussian.of(Variance.of(square), BernoulliTest.words(1));
            var distance = BigDecimal.ZERO;
            var total = BigDecimal.ONE;
            int far = (int) (20 * Math.sqrt(square)) + 2;
            var law = new BigDecimal[far + 1];
            law[0] = BigDecimal.ONE;
            for (int x = 1; x <= far; x++) {
                law[x] = exp(-x * (long) x, 2 * square).multiply(BigDecimal.TWO);
                total = total.add(law[x]);
            }
            var all = new BigDecimal(FULL.multiply(BigInteger.valueOf(sampler.columns())));
            for (int x = 0; x <= far; x++) {
                var drawn = new BigDecimal(sampler.weight(x)).divide(all, DIGITS);
                distance = distance.add(law[x].divide(total, DIGITS).subtract(drawn).abs());
            }
            double found = distance.doubleValue() / 2;
            assertTrue(found < sampler.distance(), square + ": " + found);
        }
    }

    @Test
    void fixedPointExponentialsAreRightToTheLastPlaces() {
        for (long[] fraction : new long[][] {{1, 2}, {1, 1_000_000}, {17, 3}, {999, 1000}}) {
            var fixed =
                    new BigDecimal(
                                    FixedPoint.expMinus(
                                            BigInteger.valueOf(fraction[0]),
                                            BigInteger.valueOf(fraction[1])))
                            .divide(new BigDecimal(FixedPoint.ONE), DIGITS);
            var error = fixed.subtract(exp(-fraction[0], fraction[1])).abs().doubleValue();
            assertTrue(error < 0x1p-250, fraction[0] + "/" + fraction[1] + ": " + error);
        }
    }

    /** e^{n/d} for n ≤ 0 as the inverse of the series of positive terms. */
    private static BigDecimal exp(long n, long d) {
        var x = BigDecimal.valueOf(-n).divide(BigDecimal.valueOf(d), DIGITS);
        var term = BigDecimal.ONE;
        var sum = BigDecimal.ONE;
        for (int k = 1; term.compareTo(sum.movePointLeft(90)) > 0; k++) {
            term = term.multiply(x, DIGITS).divide(BigDecimal.valueOf(k), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return BigDecimal.ONE.divide(sum, DIGITS);
    }
}
