package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Guarantee;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Rule P: what one record can do to a sum, whatever its gradient is. */
class ClippedSumTest {
    private static final int LENGTH = 5;
    private static final int MANY = 1000;

    private static Guarantee.RecordLevel terms(double clipNorm) {
        int bits = Guarantee.RecordLevel.scaleBits(clipNorm);
        long sensitivity = Guarantee.RecordLevel.sensitivity(clipNorm, bits);
        return new Guarantee.RecordLevel(
                1, 1e-5, clipNorm, 3, 1, 1, 1, 1, bits, sensitivity, 1L << 40);
    }

    private static long[] sum(Guarantee.RecordLevel terms, int recordsMax, List<double[]> records) {
        var sum = ClippedSum.of(terms, LENGTH, recordsMax);
        records.forEach(sum::add);
        return sum.total();
    }

    @Test
    void whatTakesNoPartLeavesNoTrace() {
        var terms = terms(1);
        var some = ClippedSum.of(terms, LENGTH, MANY);
        var all = ClippedSum.of(terms, LENGTH, MANY);
        for (double value : new double[] {0.3, 1e300, Double.NaN, -0.2}) {
            double[] gradient = {value, 0.1, -value, 0, 0.2};
            some.add(gradient);
            all.add(gradient, true);
            some.add(new double[] {0.5, value, 0.5, value, 0}, false);
        }
        assertArrayEquals(all.total(), some.total());
    }

    private static BigInteger squaredDistance(long[] a, long[] b) {
        var total = BigInteger.ZERO;
        for (int i = 0; i < a.length; i++) {
            var difference = BigInteger.valueOf(a[i]).subtract(BigInteger.valueOf(b[i]));
            total = total.add(difference.multiply(difference));
        }
        return total;
    }

    private static void assertWithinSensitivity(
            Guarantee.RecordLevel terms, long[] with, long[] without) {
        var square = BigInteger.valueOf(terms.sensitivity()).pow(2);
        assertTrue(
                squaredDistance(with, without).compareTo(square) <= 0,
                () -> "moved by the square root of " + squaredDistance(with, without));
    }

    /** Everything that a double can be, giants, denormals, infinities and NaN more often than by chance. */
    @Provide
    Arbitrary<List<double[]>> gradients() {
        var wild =
                Arbitraries.of(
                        0.0,
                        -0.0,
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.MAX_VALUE,
                        -Double.MAX_VALUE,
                        1e154,
                        1e200,
                        Double.MIN_VALUE,
                        Math.nextUp(1.0));
        var usual = Arbitraries.doubles().between(-10, 10).ofScale(12);
        var any = Arbitraries.longs().map(Double::longBitsToDouble);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(2, wild),
                        net.jqwik.api.Tuple.of(6, usual),
                        net.jqwik.api.Tuple.of(2, any))
                .array(double[].class)
                .ofSize(LENGTH)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Property(tries = 2000)
    void noRecordMovesTheSumByMoreThanTheSensitivity(
            @ForAll("gradients") List<double[]> records,
            @ForAll @DoubleRange(min = 1e-6, max = 1e6) @Scale(8) double clipNorm) {
        var terms = terms(clipNorm);
        for (int recordsMax : new int[] {1, MANY}) {
            assertWithinSensitivity(
                    terms,
                    sum(terms, recordsMax, records),
                    sum(terms, recordsMax, records.subList(1, records.size())));
        }
    }

    @Property(tries = 1000)
    void theOrderOfTheRecordsChangesNotOneBit(
            @ForAll("gradients") List<double[]> records, @ForAll long seed) {
        var shuffled = new ArrayList<>(records);
        Collections.shuffle(shuffled, new Random(seed));
        assertArrayEquals(sum(terms(1), MANY, records), sum(terms(1), MANY, shuffled));
        assertArrayEquals(sum(terms(1), 1, records), sum(terms(1), 1, shuffled));
    }

    /** F5: it is the record that is clipped, not the sum. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 10, 1e10, 1e100, 1e150})
    void aGiantGradientMovesTheSumByTheClipNormAndInItsDirection(double size) {
        var terms = terms(2);
        List<double[]> usual = Collections.nCopies(20, new double[] {0.1, -0.2, 0.3, 0, 0.05});
        var with = new ArrayList<>(usual);
        with.add(new double[] {0, 3 * size, 0, -4 * size, 0});
        long[] before = sum(terms, MANY, usual);
        long[] after = sum(terms, MANY, with);
        assertWithinSensitivity(terms, after, before);
        long scale = 1L << terms.scaleBits();
        assertEquals(before[1] + 1.2 * scale, after[1], 2);
        assertEquals(before[3] - 1.6 * scale, after[3], 2);
    }

    /** F7. */
    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e200})
    void aGradientThatIsNotFiniteCountsAsZero(double value) {
        var bad = new double[] {1, value, 1, 1, 1};
        var good = new double[] {0.5, 0.25, 0, -0.25, -0.5};
        assertArrayEquals(
                sum(terms(1), MANY, List.of(good)), sum(terms(1), MANY, List.of(bad, good)));
    }

    @Test
    void smallGradientsAreExactMultiplesOfTheGridTruncatedTowardsZero() {
        long[] sum =
                sum(terms(1), MANY, List.of(new double[] {0.5, -0.25, 0x1.8p-20, -0x1.8p-20, 0}));
        assertArrayEquals(new long[] {1 << 19, -(1 << 18), 1, -1, 0}, sum);
    }

    @Test
    void manyRecordsStopWhereThePlanSaysAndNothingOverflows() {
        var ones = Collections.nCopies(50, new double[] {1, 0, 0, 0, 0});
        assertEquals(10L << 20, sum(terms(1), 10, ones)[0]);
        assertEquals(50L << 20, sum(terms(1), 50, ones)[0]);
    }

    @Test
    void aGradientOfAnotherModelIsRefused() {
        var sum = ClippedSum.of(terms(1), LENGTH, MANY);
        assertThrows(IllegalArgumentException.class, () -> sum.add(new double[LENGTH + 1]));
    }
}
