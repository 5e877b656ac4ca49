package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Digest;
import io.confide.common.model.Rounding;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The errors of PROTOCOL.md §4 over 2^20 elements, each within 3 % of its formula; seeds are fixed. */
class RoundingErrorTest {
    private static final int D = 1 << 20;
    private static final double TOLERANCE = 0.03;

    @ParameterizedTest
    @CsvSource({"1, 8", "5, 16", "3, 24"})
    void theVarianceOfAStochasticSumIsASixthOfASquaredStepPerSite(int sites, int bits)
            throws IntegrityException {
        var reals = new Segment.Reals("x", D, 2, bits);
        double mse = meanSquare(errors(reals, sites, uniform(2)));
        double step = reals.step();
        assertEquals(1, mse / (sites * step * step / 6), TOLERANCE);
    }

    @Test
    void roundingToTheNearestErrsByATwelfthOfASquaredStepAndNeverMoreThanHalfAStep()
            throws IntegrityException {
        var reals = new Segment.Reals("x", D, 2, 12, Rounding.NEAREST);
        double[] errors = errors(reals, 1, uniform(2));
        double step = reals.step();
        assertEquals(1, meanSquare(errors) / (step * step / 12), TOLERANCE);
        double largest = Arrays.stream(errors).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= step / 2 * (1 + 1e-9));
    }

    /** Why stochastic rounding is the default: the same value at n sites errs n times as much, not √n times. */
    @Test
    void onlyRoundingToTheNearestIsBiased() throws IntegrityException {
        int sites = 16;
        double[] same = new double[D];
        var nearest = new Segment.Reals("x", D, 1, 10, Rounding.NEAREST);
        Arrays.fill(same, -1 + 300.25 * nearest.step());
        double quarter = nearest.step() / 4;
        assertEquals(-sites * quarter, mean(errors(nearest, sites, same)), 1e-9);
        var stochastic = new Segment.Reals("x", D, 1, 10);
        double deviation = stochastic.step() * Math.sqrt(sites * 0.25 * 0.75 / D);
        assertEquals(0, mean(errors(stochastic, sites, same)), 5 * deviation);
    }

    /** MSE of the mean: 2g²c²/(3n(2^b−2)²); b = 16, n = 10: RMS 3.7e-5·c, b = 8: 9.5e-3·c. */
    @ParameterizedTest
    @CsvSource({"8, 9.5e-3", "16, 3.7e-5"})
    void rotationGivesTheErrorOfTheProtocolNote(int bits, double note) throws IntegrityException {
        int sites = 10;
        double norm = 3;
        double[] update = spread(norm);
        var rotation = Hadamard.of(D, norm, Digest.of(new byte[] {1}));
        var rotated = Segment.Rotated.of("x", D, bits, Rounding.STOCHASTIC, rotation);
        double mse = D * meanSquare(errors(rotated, sites, update)) / (sites * sites);
        double g = rotation.range(D) * Math.sqrt(D) / norm;
        double codes = Math.pow(2, bits) - 2;
        double formula = 2 * g * g * norm * norm / (3 * sites * codes * codes);
        assertEquals(1, mse / formula, TOLERANCE);
        assertEquals(1, Math.sqrt(mse) / norm / note, 0.05);
    }

    /** At the same bits the error falls by √B/g: 110 times for a million parameters. */
    @Test
    void rotationTakesTwoDigitsOffTheErrorAtTheSameBits() throws IntegrityException {
        double[] update = spread(1);
        var plain = new Segment.Reals("x", D, 1, 16);
        var rotated =
                Segment.Rotated.of("x", D, 16, Rounding.STOCHASTIC, Hadamard.of(D, 1, Digest.ZERO));
        double ratio =
                Math.sqrt(
                        meanSquare(errors(plain, 1, update))
                                / meanSquare(errors(rotated, 1, update)));
        // A tiny element has f far from uniform in wide steps, so the plain error is below its
        // mean.
        assertTrue(ratio > 30, () -> "only " + ratio);
        assertEquals(Codec.of(List.of(plain), 7).words(), Codec.of(List.of(rotated), 7).words());
    }

    /** Lengths around a word, and ten million. */
    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "10000000"})
    void lengthsAroundAWordAndTenMillionComeBack(int length) throws IntegrityException {
        var reals = new Segment.Reals("x", length, 1, 16);
        Codec codec = Codec.of(List.of(reals), 10);
        int words = Math.ceilDiv(length, 3);
        assertEquals(words + Math.ceilDiv(words, 131_071), codec.words());
        double[] values = new double[length];
        var random = new SplittableRandom(length);
        Arrays.setAll(values, _ -> 2 * random.nextDouble() - 1);
        double[] decoded = codec.decode(codec.encode(Map.of("x", values), rounding(1)), 1).get("x");
        for (int at = 0; at < length; at++) {
            if (Math.abs(values[at] - decoded[at]) > reals.step() * (1 + 1e-9)) {
                assertEquals(values[at], decoded[at], "element " + at);
            }
        }
    }

    private static double[] uniform(double range) {
        var random = new SplittableRandom(99);
        double[] values = new double[D];
        Arrays.setAll(values, _ -> range * (2 * random.nextDouble() - 1));
        return values;
    }

    /** Elements of very different size, of norm {@code norm}. */
    private static double[] spread(double norm) {
        var random = new SplittableRandom(5);
        double[] values = new double[D];
        Arrays.setAll(values, _ -> Math.pow(random.nextDouble() * 2 - 1, 9));
        double is = Math.sqrt(D * meanSquare(values));
        return Arrays.stream(values).map(value -> value * norm / is).toArray();
    }

    private static double[] errors(Segment segment, int sites, double[] values)
            throws IntegrityException {
        Codec codec = Codec.of(List.of(segment), 10 + sites);
        long[] sum = new long[codec.words()];
        for (int site = 0; site < sites; site++) {
            Words.addInto(sum, codec.encode(Map.of("x", values), rounding(site)));
        }
        double[] decoded = codec.decode(sum, sites).get("x");
        for (int at = 0; at < decoded.length; at++) {
            decoded[at] -= sites * values[at];
        }
        return decoded;
    }

    private static double meanSquare(double[] values) {
        return Arrays.stream(values).map(value -> value * value).sum() / values.length;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static CtrRandom rounding(int site) {
        byte[] seed = new byte[Seed.BYTES];
        seed[0] = (byte) site;
        return CtrRandom.of(Seed.copyOf(seed));
    }
}
