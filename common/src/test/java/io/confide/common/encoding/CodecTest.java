package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Rounding;
import io.confide.common.vector.Words;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

class CodecTest {
    private static final List<Segment> TRAIN =
            List.of(
                    new Segment.Reals("update", 10, 2.5, 16),
                    new Segment.Reals("weight", 1, 1.0, 32),
                    new Segment.Counts("rows", 1));

    /** Every site's error is below one step, so the error of a sum is below n steps. */
    @Property(tries = 200)
    void theSumIsWithinOneStepPerSite(
            @ForAll @IntRange(min = 1, max = 40) int sites,
            @ForAll @IntRange(min = 2, max = 48) int bits,
            @ForAll @IntRange(min = 1, max = 50) int length,
            @ForAll Random random)
            throws IntegrityException {
        var reals = new Segment.Reals("x", length, 0.25 + random.nextDouble() * 9, bits);
        Codec codec = Codec.of(List.of(reals, new Segment.Counts("n", 2)), 40);
        long[] sum = new long[codec.words()];
        double[] expected = new double[length];
        double[] counts = new double[2];
        for (int site = 0; site < sites; site++) {
            double[] x = random.doubles(length, -reals.range(), reals.range()).toArray();
            double[] n = {random.nextInt(1 << 30), site};
            Words.addInto(sum, codec.encode(Map.of("x", x, "n", n), rounding(site)));
            Arrays.setAll(expected, at -> expected[at] + x[at]);
            Arrays.setAll(counts, at -> counts[at] + n[at]);
        }
        var decoded = codec.decode(sum, sites);
        assertArrayEquals(expected, decoded.get("x"), sites * reals.step() + 1e-9 * reals.range());
        assertArrayEquals(counts, decoded.get("n"));
    }

    /** N·(2^b − 1) in every lane of every word: the widest sum there is leaves its neighbours alone. */
    @ParameterizedTest
    @CsvSource({
        "2, 2", "3, 8", "7, 16", "8, 16", "9, 16", "10, 12", "16, 16", "200, 8", "200, 12",
        "200, 16", "200, 24", "200, 48", "1, 32"
    })
    void theLargestSumsFillTheirLanesAndNoMore(int rosterSize, int bits) throws IntegrityException {
        var reals = new Segment.Reals("x", 29, 3, bits);
        Codec codec = Codec.of(List.of(reals), rosterSize);
        double[] top = new double[29];
        Arrays.fill(top, 3);
        double[] bottom = new double[29];
        Arrays.fill(bottom, -3);
        double[] highest = sum(codec, top, rosterSize);
        double[] lowest = sum(codec, bottom, rosterSize);
        for (int at = 0; at < 29; at++) {
            assertEquals(3.0 * rosterSize, highest[at], 1e-9 * rosterSize);
            assertEquals(-3.0 * rosterSize, lowest[at]);
        }
        double[] mixed = new double[29];
        Arrays.setAll(mixed, at -> at % 2 == 0 ? 3 : -3);
        double[] alternating = sum(codec, mixed, rosterSize);
        for (int at = 0; at < 29; at++) {
            assertEquals(mixed[at] * rosterSize, alternating[at], 1e-9 * rosterSize);
        }
    }

    private static double[] sum(Codec codec, double[] each, int sites) throws IntegrityException {
        long[] sum = new long[codec.words()];
        for (int site = 0; site < sites; site++) {
            Words.addInto(sum, codec.encode(Map.of("x", each), rounding(site)));
        }
        return codec.decode(sum, sites).get("x");
    }

    @Test
    void refusesSumsThatSoManySitesCannotAddUpTo() {
        Codec codec = Codec.of(TRAIN, 7);
        long[] vector = codec.encode(zeros(), rounding(1));
        long[] tooHigh = vector.clone();
        tooHigh[0] |= 0x7_ffffL;
        long[] unusedBits = vector.clone();
        unusedBits[0] |= 1L << 63;
        long[] negativeCount = vector.clone();
        negativeCount[codec.words() - 2] = -1;
        assertThrows(IntegrityException.class, () -> codec.decode(tooHigh, 1));
        assertThrows(IntegrityException.class, () -> codec.decode(unusedBits, 1));
        assertThrows(IntegrityException.class, () -> codec.decode(negativeCount, 1));
    }

    /** PROTOCOL.md §4.8: E = 0 and Var = Δ²·f(1−f) per value. */
    @Test
    void roundingIsUnbiasedWithTheStatedVariance() throws IntegrityException {
        var reals = new Segment.Reals("x", 1_000_000, 1, 8);
        Codec codec = Codec.of(List.of(reals), 1);
        double fraction = 0.3;
        double[] values = new double[reals.length()];
        Arrays.fill(values, -1 + (100 + fraction) * reals.step());
        double[] decoded = codec.decode(codec.encode(Map.of("x", values), rounding(5)), 1).get("x");
        double mean = 0;
        double square = 0;
        for (double value : decoded) {
            double error = (value - values[0]) / reals.step();
            mean += error / decoded.length;
            square += error * error / decoded.length;
        }
        double variance = fraction * (1 - fraction);
        assertEquals(0, mean, 6 * Math.sqrt(variance / decoded.length));
        assertEquals(1, square / variance, 0.03);
    }

    @Test
    void clipsRealsToTheirRangeAndCountsThem() throws IntegrityException {
        Codec codec = Codec.of(List.of(new Segment.Reals("x", 4, 2, 20)), 3);
        var payload = Map.of("x", new double[] {-1e300, 3, 2, 0});
        assertEquals(2, codec.clipped(payload));
        double[] decoded = codec.decode(codec.encode(payload, rounding(1)), 1).get("x");
        assertArrayEquals(new double[] {-2, 2, 2, 0}, decoded, 1e-5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesValuesThatAreNotFinite(double value) {
        Codec reals = Codec.of(List.of(new Segment.Reals("x", 1, 2, 20)), 3);
        Codec counts = Codec.of(List.of(new Segment.Counts("x", 1)), 3);
        var payload = Map.of("x", new double[] {value});
        assertThrows(IllegalArgumentException.class, () -> reals.encode(payload, rounding(1)));
        assertThrows(IllegalArgumentException.class, () -> counts.encode(payload, rounding(1)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0.5, 0x1p40, 1e300})
    void refusesCountsThatAreNotSmallIntegers(double value) {
        Codec codec = Codec.of(List.of(new Segment.Counts("n", 1)), 3);
        var payload = Map.of("n", new double[] {value});
        assertThrows(IllegalArgumentException.class, () -> codec.encode(payload, rounding(1)));
    }

    @Test
    void takesTheLargestCountOfEverySite() throws IntegrityException {
        Codec codec = Codec.of(List.of(new Segment.Counts("n", 1)), 200);
        double most = Segment.Counts.COUNT_MAX;
        long[] sum = new long[codec.words()];
        for (int site = 0; site < 200; site++) {
            Words.addInto(sum, codec.encode(Map.of("n", new double[] {most}), rounding(1)));
        }
        assertEquals(200 * most, codec.decode(sum, 200).get("n")[0]);
    }

    @Test
    void refusesPayloadsWithOtherPartsOrLengths() {
        Codec codec = Codec.of(List.of(new Segment.Counts("n", 2)), 3);
        double[] two = new double[2];
        assertThrows(
                IllegalArgumentException.class, () -> codec.encode(Map.of("m", two), rounding(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> codec.encode(Map.of("n", new double[3]), rounding(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> codec.encode(Map.of("n", two, "m", two), rounding(1)));
    }

    @Test
    void readsBackItsBytesAndRefusesEveryOtherLength() {
        Codec codec = Codec.of(TRAIN, 7);
        Bytes bytes = codec.bytes();
        Codec parsed = Codec.parse(bytes);
        assertEquals(codec.segments(), parsed.segments());
        assertEquals(codec.words(), parsed.words());
        assertEquals(codec.hash(), parsed.hash());
        for (int length = 0; length < bytes.length(); length++) {
            Bytes cut = Bytes.wrap(Arrays.copyOf(bytes.unsafeArray(), length));
            assertThrows(IllegalArgumentException.class, () -> Codec.parse(cut));
        }
        Bytes longer = Bytes.wrap(Arrays.copyOf(bytes.unsafeArray(), bytes.length() + 1));
        assertThrows(IllegalArgumentException.class, () -> Codec.parse(longer));
    }

    @Test
    void hasTheDocumentedBytes() {
        Codec codec = Codec.of(List.of(new Segment.Reals("u", 3, 1.0, 16)), 7);
        String label = "00000013" + hexOf("confide/sa/v1/codec");
        assertEquals(
                label
                        + "00000007"
                        + "00000001"
                        + "01"
                        + "00000001"
                        + "75"
                        + "00000003"
                        + "3ff0000000000000"
                        + "10",
                codec.bytes().hex());
    }

    /** Changes only together with a new kind of segment: sites compare these bytes. */
    @Test
    void theOtherSegmentsHaveTheDocumentedBytesToo() {
        var rotation = new Hadamard(2, 4, Digest.ZERO);
        List<Segment> segments =
                List.of(
                        new Segment.Reals("a", 3, 1, 16, Rounding.NEAREST),
                        new Segment.Rotated("b", 5, 1, 8, Rounding.NEAREST, rotation),
                        new Segment.Integers("c", 2, 255, 2));
        Bytes bytes = Codec.of(segments, 7).bytes();
        assertEquals(
                "00000013"
                        + hexOf("confide/sa/v1/codec")
                        + "0000000700000003"
                        + "03000000016100000003"
                        + "3ff000000000000010"
                        + "04000000016200000005"
                        + "3ff00000000000000802"
                        + "400000000000000000000004"
                        + "00".repeat(32)
                        + "05000000016300000002"
                        + "00000000000000ff4000000000000000",
                bytes.hex());
        assertEquals(segments, Codec.parse(bytes).segments());
        List<List<String>> changes =
                List.of(
                        List.of("05000000016300000002", "06000000016300000002"),
                        List.of("0000000802400000", "0000000803400000"),
                        List.of("0000000802400000", "0000003102400000"),
                        List.of("400000000000000000000004", "400000000000000000000003"),
                        List.of("400000000000000000000004", "c00000000000000000000004"),
                        List.of("00000000000000ff40", "80000000000000ff40"),
                        List.of("00000000000000ff40", "00000000000000ffc0"),
                        List.of("00000000000000ff40", "000001000000000040"));
        for (List<String> change : changes) {
            String changed = bytes.hex().replace(change.get(0), change.get(1));
            assertNotEquals(bytes.hex(), changed);
            assertThrows(IllegalArgumentException.class, () -> Codec.parse(Bytes.ofHex(changed)));
        }
    }

    @Test
    void hasOtherBytesForEveryOtherChoice() {
        Codec codec = Codec.of(TRAIN, 7);
        assertNotEquals(update(Rounding.STOCHASTIC).hash(), update(Rounding.NEAREST).hash());
        assertNotEquals(
                update(new Hadamard(1, 4, Digest.ZERO)).hash(),
                update(new Hadamard(1, 2, Digest.ZERO)).hash());
        assertNotEquals(
                update(new Hadamard(1, 4, Digest.ZERO)).hash(),
                update(new Hadamard(1, 4, Digest.of(new byte[1]))).hash());
        assertNotEquals(codec.hash(), Codec.of(TRAIN, 8).hash());
        assertNotEquals(codec.hash(), Codec.of(TRAIN.reversed(), 7).hash());
        assertNotEquals(codec.hash(), Codec.of(TRAIN.subList(0, 2), 7).hash());
    }

    private static Codec update(Rounding rounding) {
        return Codec.of(List.of(new Segment.Reals("update", 4, 1, 16, rounding)), 7);
    }

    private static Codec update(Hadamard rotation) {
        return Codec.of(
                List.of(new Segment.Rotated("update", 4, 1, 16, Rounding.NEAREST, rotation)), 7);
    }

    @Test
    void refusesImpossibleCodecs() {
        assertThrows(IllegalArgumentException.class, () -> new Segment.Integers("x", 1, -1, 0));
        assertThrows(
                IllegalArgumentException.class, () -> new Segment.Integers("x", 1, 1, Double.NaN));
        var block = new Hadamard(1, 1 << 20, Digest.ZERO);
        assertThrows(
                IllegalArgumentException.class,
                () -> Segment.Rotated.of("x", 0, 8, Rounding.NEAREST, block));

        var huge = new Segment.Counts("a", Segment.LENGTH_MAX);
        var more = new Segment.Counts("b", Segment.LENGTH_MAX);
        assertThrows(IllegalArgumentException.class, () -> Codec.of(List.of(huge, more), 3));
        assertThrows(IllegalArgumentException.class, () -> Codec.of(List.of(), 3));
        assertThrows(IllegalArgumentException.class, () -> Codec.of(TRAIN, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> Codec.of(List.of(TRAIN.getFirst(), TRAIN.getFirst()), 3));
        assertThrows(
                IllegalArgumentException.class, () -> new Segment.Reals("x", 1, Double.NaN, 8));
        assertThrows(IllegalArgumentException.class, () -> new Segment.Reals("x", 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Segment.Reals("x", 1, 1, 49));
        assertThrows(IllegalArgumentException.class, () -> new Segment.Counts("x y", 1));
        assertThrows(IllegalArgumentException.class, () -> new Segment.Counts("x", 0));
    }

    @Test
    void refusesSumsOfMoreSitesThanTheRoster() {
        Codec codec = Codec.of(TRAIN, 7);
        long[] sum = new long[codec.words()];
        assertThrows(IllegalArgumentException.class, () -> codec.decode(sum, 8));
        assertThrows(IllegalArgumentException.class, () -> codec.decode(sum, 0));
    }

    private static Map<String, double[]> zeros() {
        return Map.of("update", new double[10], "weight", new double[1], "rows", new double[1]);
    }

    private static CtrRandom rounding(int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        bytes[1] = (byte) (seed >>> 8);
        return CtrRandom.of(Seed.copyOf(bytes));
    }

    private static String hexOf(String text) {
        return java.util.HexFormat.of()
                .formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
