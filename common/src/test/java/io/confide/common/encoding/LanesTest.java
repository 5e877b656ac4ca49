package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Digest;
import io.confide.common.model.Rounding;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A9: no sum of honest sites leaves its lane. */
class LanesTest {
    /** The table of the protocol note: N, b, κ, m, bytes per element. */
    @ParameterizedTest
    @CsvSource({
        "10, 8, 12, 5, 1.6",
        "10, 12, 16, 4, 2",
        "10, 16, 20, 3, 2.6667",
        "200, 8, 16, 4, 2",
        "200, 12, 20, 3, 2.6667",
        "200, 16, 24, 2, 4",
        "200, 13, 21, 3, 2.6667",
        "10000, 7, 21, 3, 2.6667",
        "10000, 16, 30, 2, 4"
    })
    void lanesHaveTheWidthsAndBytesOfTheProtocolNote(
            int sites, int bits, int width, int perWord, double bytes) {
        var reals = new Segment.Reals("x", 1_200_000, 1, bits);
        assertEquals(new Lanes(width, perWord, reals.codeMax(), sites), Lanes.of(reals, sites));
        Codec codec = Codec.of(List.of(reals), sites);
        assertEquals(bytes, 8.0 * codec.words() / reals.length(), 1e-4);
    }

    @Test
    void aWeightOrACountHasAWordOfItsOwn() {
        assertEquals(1, Lanes.of(new Segment.Reals("weight", 1, 1, 32), 3).perWord());
        assertEquals(1, Lanes.of(new Segment.Counts("n", 1), 200).perWord());
        Codec one = Codec.of(List.of(new Segment.Reals("update", 1, 1, 8)), 7);
        Codec two =
                Codec.of(
                        List.of(
                                new Segment.Reals("update", 1, 1, 8),
                                new Segment.Reals("weight", 1, 1, 8)),
                        7);
        assertEquals(one.words() + 1, two.words());
    }

    @Property(tries = 500)
    void everyNarrowerLaneIsRefused(
            @ForAll @IntRange(min = 1, max = 10_000) int sites,
            @ForAll @IntRange(min = 2, max = 48) int bits) {
        long codeMax = (1L << bits) - 1;
        int needed = Long.SIZE - Long.numberOfLeadingZeros(codeMax * sites);
        assertEquals(needed, new Lanes(needed, 1, codeMax, sites).width());
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Lanes(needed - 1, 1, codeMax, sites));
        assertEquals(
                "lanes of %d bits are too narrow for %d sites with codes up to %d"
                        .formatted(needed - 1, sites, codeMax),
                e.getMessage());
        assertTrue(Lanes.of(new Segment.Reals("x", 1, 1, bits), sites).width() >= needed);
    }

    @Test
    void everyNarrowerSignedLaneIsRefused() {
        for (long most : new long[] {0, 1, 2, 127, 128, (1L << 40) - 1, 1L << 40}) {
            int needed = Long.SIZE - Long.numberOfLeadingZeros(most) + 1;
            assertEquals(needed, new SignedLanes(needed, most).width());
            assertThrows(IllegalArgumentException.class, () -> new SignedLanes(needed - 1, most));
        }
        assertEquals(55, SignedLanes.of(integers((1L << 40) - 1, 0, 1), 10_000).width());
    }

    /** N·(2^b − 1) in all lanes, none, and every second one: N equal words are N times the word modulo 2^64. */
    @Property(tries = 300)
    void theLargestSumsFillTheirLanesAndNoMore(
            @ForAll @IntRange(min = 1, max = 10_000) int sites,
            @ForAll @IntRange(min = 2, max = 48) int bits,
            @ForAll @IntRange(min = 1, max = 40) int length)
            throws IntegrityException {
        Codec codec = Codec.of(List.of(new Segment.Reals("x", length, 3, bits)), sites);
        for (double[] values : extremes(length, 3)) {
            double[] expected = Arrays.stream(values).map(each -> each * sites).toArray();
            assertArrayEquals(expected, sum(codec, values, sites), 1e-9 * sites);
        }
    }

    @Property(tries = 300)
    void theLargestSignedSumsFillTheirLanesAndNoMore(
            @ForAll @IntRange(min = 1, max = 10_000) int sites,
            @ForAll @IntRange(min = 0, max = 40) int bits,
            @ForAll @IntRange(min = 1, max = 40) int length)
            throws IntegrityException {
        long most = (1L << bits) - 1;
        Codec codec = Codec.of(List.of(integers(most, 0, length)), sites);
        for (double[] values : extremes(length, most)) {
            // Adding 0.0 makes a negative zero an ordinary one.
            double[] expected = Arrays.stream(values).map(each -> each * sites + 0.0).toArray();
            assertArrayEquals(expected, sum(codec, values, sites));
        }
    }

    /** Every element at its extreme in the rotated domain: the rotated vector is made first, and rotated back. */
    @Property(tries = 100)
    void theLargestRotatedSumsFillTheirLanesAndNoMore(
            @ForAll @IntRange(min = 1, max = 10_000) int sites,
            @ForAll @IntRange(min = 2, max = 40) int bits,
            @ForAll @IntRange(min = 0, max = 6) int log,
            @ForAll Random random)
            throws IntegrityException {
        var rotation = new Hadamard(1, 1 << log, Digest.of(new byte[] {(byte) bits}));
        var segment = Segment.Rotated.of("x", 1 << log, bits, Rounding.NEAREST, rotation);
        Codec codec = Codec.of(List.of(segment), sites);
        double[] values = new double[1 << log];
        Arrays.setAll(values, _ -> random.nextBoolean() ? segment.range() : -segment.range());
        rotation.rotateBack(values, rotation.signs());
        double[] expected = Arrays.stream(values).map(each -> each * sites).toArray();
        assertArrayEquals(expected, sum(codec, values, sites), 1e-9 * sites);
    }

    private static List<double[]> extremes(int length, double most) {
        double[] top = new double[length];
        Arrays.fill(top, most);
        double[] bottom = new double[length];
        Arrays.fill(bottom, -most);
        double[] mixed = new double[length];
        Arrays.setAll(mixed, at -> at % 2 == 0 ? most : -most);
        double[] odd = new double[length];
        Arrays.setAll(odd, at -> at % 2 == 0 ? -most : most);
        return List.of(top, bottom, mixed, odd);
    }

    private static double[] sum(Codec codec, double[] values, int sites) throws IntegrityException {
        long[] one =
                codec.encode(Map.of("x", values), CtrRandom.of(Seed.copyOf(new byte[Seed.BYTES])));
        long[] sum = Arrays.stream(one).map(word -> word * sites).toArray();
        return codec.decode(sum, sites).get("x");
    }

    private static Segment.Integers integers(long most, double noise, int length) {
        return new Segment.Integers("x", length, most, noise);
    }

    /** What a sum cannot be is refused: beyond n sites, or above the last lane. */
    @Test
    void signedSumsThatSoManySitesCannotAddUpToAreRefused() throws IntegrityException {
        Codec codec = Codec.of(List.of(integers(100, 0, 7)), 10);
        double[] values = {100, -100, 5, 0, -1, 1, 99};
        long[] vector = codec.encode(Map.of("x", values), new Random(1));
        assertArrayEquals(values, codec.decode(vector, 1).get("x"));
        for (long change : new long[] {1, -400, 1L << 63}) {
            long[] changed = vector.clone();
            changed[0] += change;
            assertThrows(IntegrityException.class, () -> codec.decode(changed, 1));
        }
        for (double value : new double[] {0.5, 1e9, -1e9, Double.NaN}) {
            double[] wrong = values.clone();
            wrong[3] = value;
            assertThrows(
                    IllegalArgumentException.class,
                    () -> codec.encode(Map.of("x", wrong), new Random(1)));
        }
    }

    /** §4.4 with noise inside: 13 deviations of the noise of all sites have room, and nothing clips one site's noise. */
    @Test
    void lanesHaveRoomForNoise() throws IntegrityException {
        var noisy = integers(100, 1000, 1);
        var lanes = SignedLanes.of(noisy, 16);
        assertEquals(16 * 100 + 13 * 4 * 1000, lanes.sumMax());
        assertEquals(17, lanes.width());
        Codec codec = Codec.of(List.of(noisy), 16);
        long[] sum = new long[codec.words()];
        for (double value : new double[] {30_000, -7_777, 20_000}) {
            io.confide.common.vector.Words.addInto(
                    sum, codec.encode(Map.of("x", new double[] {value}), new Random(1)));
        }
        assertEquals(42_223, codec.decode(sum, 3).get("x")[0]);
    }

    @ParameterizedTest
    @CsvSource({"16, 10, 17", "24, 7, 29", "8, 10, 8", "16, 7, 18", "13, 200, 13", "12, 10, 12"})
    void bitsThatCostNoBytesFillTheLane(int bits, int sites, int most) {
        assertEquals(most, Lanes.bitsAtTheSameSize(bits, sites));
        var at = Lanes.of(new Segment.Reals("x", 1, 1, bits), sites);
        assertEquals(at.perWord(), Lanes.of(new Segment.Reals("x", 1, 1, most), sites).perWord());
        assertEquals(
                at.perWord() - 1,
                Lanes.of(new Segment.Reals("x", 1, 1, most + 1), sites).perWord());
    }
}
