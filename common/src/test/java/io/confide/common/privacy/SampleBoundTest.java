package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

import org.junit.jupiter.api.Test;

class SampleBoundTest {
    /** ln P(more than {@code bound} of {@code records} are sampled), term by term. */
    private static double logTail(int records, double rate, int bound) {
        double term = records * Math.log1p(-rate);
        double odds = Math.log(rate) - Math.log1p(-rate);
        double sum = Double.NEGATIVE_INFINITY;
        for (int k = 0; k <= records; k++) {
            if (k > bound) {
                double larger = Math.max(sum, term);
                sum = larger + Math.log(Math.exp(sum - larger) + Math.exp(term - larger));
            }
            term += Math.log((double) (records - k) / (k + 1)) + odds;
        }
        return sum;
    }

    @Property(tries = 300)
    void aLargerSampleIsRarerThanOneInTwoToTheHundred(
            @ForAll @IntRange(min = 1, max = 20_000) int records,
            @ForAll @DoubleRange(min = 1e-6, max = 0.999) @Scale(6) double rate) {
        int bound = SampleBound.of(records, rate);
        assertTrue(bound >= records * rate - 1 && bound <= records);
        if (bound < records) {
            double tail = logTail(records, rate, bound);
            assertTrue(tail < -100 * Math.log(2), () -> "e^" + tail);
        }
    }

    /** Else a sample would save no work. */
    @Property(tries = 300)
    void theBoundIsNotFarFromTheMean(
            @ForAll @IntRange(min = 1, max = 1_000_000) int records,
            @ForAll @DoubleRange(min = 1e-6, max = 0.999) @Scale(6) double rate) {
        double deviation = Math.sqrt(records * rate * (1 - rate));
        assertTrue(SampleBound.of(records, rate) <= records * rate + 12 * deviation + 70);
    }

    @Test
    void knownBounds() {
        assertEquals(0, SampleBound.of(0, 0.5));
        assertEquals(0, SampleBound.of(7, 0));
        assertEquals(7, SampleBound.of(7, 1));
        assertEquals(20, SampleBound.of(20, 0.1));
        // 300 ± 16.9
        assertEquals(520, SampleBound.of(6000, 0.05), 10);
    }
}
