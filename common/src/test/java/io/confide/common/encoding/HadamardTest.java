package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Digest;
import io.confide.common.model.Rounding;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

class HadamardTest {
    private static final Digest SEED = Digest.of(new byte[] {7});

    /** Entry (i, j) of the matrix is −1 to the number of common one bits of i and j. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 64, 8192, 16_384})
    void theTransformIsTheWalshHadamardMatrix(int n) {
        var random = new Random(n);
        double[] x = random.doubles(n, -1, 1).toArray();
        double[] transformed = x.clone();
        WalshHadamard.transform(transformed);
        for (int row : new int[] {0, 1 % n, n / 3, n / 2, n - 1}) {
            double sum = 0;
            for (int column = 0; column < n; column++) {
                sum += Integer.bitCount(row & column) % 2 == 0 ? x[column] : -x[column];
            }
            assertEquals(sum, transformed[row], 1e-9);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32, 128, 1 << 15})
    void theRotationKeepsLengthsAndComesBack(int block) {
        var rotation = new Hadamard(1, block, SEED);
        double[] x = new Random(block).doubles(block, -1, 1).toArray();
        double[] rotated = x.clone();
        rotation.rotate(rotated, rotation.signs());
        assertEquals(norm(x), norm(rotated), 1e-12 * norm(x));
        rotation.rotateBack(rotated, rotation.signs());
        assertArrayEquals(x, rotated, 1e-12);
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(each -> each * each).sum());
    }

    /** The signs are part of the format: block after block, bit i of the stream's words. */
    @Test
    void theSignsAreTheBitsOfTheSeedsStream() {
        var rotation = new Hadamard(1, 128, SEED);
        double[] ones = new double[128];
        Arrays.fill(ones, 1);
        rotation.rotate(ones, rotation.signs());
        WalshHadamard.transform(ones);
        var stream = CtrRandom.of(Seed.copyOf(SEED.value().toArray()));
        for (int word = 0; word < 2; word++) {
            long bits = stream.nextLong();
            for (int bit = 0; bit < 64; bit++) {
                double sign = (bits >>> bit & 1) == 1 ? -1 : 1;
                assertEquals(sign, ones[64 * word + bit] / Math.sqrt(128), 1e-12);
            }
        }
    }

    /** g of the protocol note for d = 10^4, 10^6, 10^7, 10^9. */
    @ParameterizedTest
    @CsvSource({
        "10000, 256, 8.68",
        "1000000, 1048576, 9.19",
        "10000000, 1048576, 9.44",
        "1000000000, 1048576, 9.91"
    })
    void theBoundIsThatOfTheProtocolNote(int length, int block, double g) {
        var rotation = new Hadamard(2, block, SEED);
        assertEquals(g, rotation.range(length) / 2 * Math.sqrt(block), 0.012);
        assertEquals(rotation.range(length) * 5, rotation.bound(length, 10), 1e-12);
    }

    @Test
    void aShortVectorNeedsNoMoreThanItsNorm() {
        assertEquals(2, new Hadamard(2, 16, SEED).range(10));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "2, 2, 2",
        "8, 8, 8",
        "9, 16, 16",
        "1024, 1024, 1024",
        "1100, 1024, 2048",
        "33000, 2048, 34816",
        "65536, 65536, 65536",
        "1000000, 1048576, 1048576",
        "10000000, 1048576, 10485760",
        "600000, 32768, 622592"
    })
    void blocksPadLongVectorsByASixteenthAtMost(int length, int block, long padded) {
        var rotation = Hadamard.of(length, 1, SEED);
        assertEquals(block, rotation.block());
        assertEquals(padded, rotation.paddedLength(length));
        assertTrue(length < 1 << 14 || padded - length <= length / 16);
    }

    @Test
    void refusesBlocksThatAreNoPowersOfTwoAndNormsThatAreNone() {
        for (int block : new int[] {0, -4, 3, 1 << 21}) {
            assertThrows(IllegalArgumentException.class, () -> new Hadamard(1, block, SEED));
        }
        for (double norm : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Hadamard(norm, 2, SEED));
        }
    }

    /** The hardest update for plain lanes: all of its norm in one element, at every site the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 63, 64, 65, 1000, 1025, 5000})
    void theSumOfRotatedUpdatesComesBack(int length) throws IntegrityException {
        int sites = 7;
        var segment =
                Segment.Rotated.of(
                        "x", length, 24, Rounding.STOCHASTIC, Hadamard.of(length, 3, SEED));
        Codec codec = Codec.of(List.of(segment), sites);
        double[] spike = new double[length];
        spike[length / 2] = 3;
        assertEquals(0, codec.clipped(Map.of("x", spike)));
        long[] sum = new long[codec.words()];
        for (int site = 0; site < sites; site++) {
            Words.addInto(sum, codec.encode(Map.of("x", spike), new Random(site)));
        }
        double[] decoded = codec.decode(sum, sites).get("x");
        for (int at = 0; at < length; at++) {
            decoded[at] -= sites * spike[at];
        }
        double padded = segment.rotation().paddedLength(length);
        assertTrue(norm(decoded) <= sites * segment.step() * Math.sqrt(padded));
    }

    @Test
    void whatIsNotFiniteIsRefusedAndWhatIsTooLongIsCounted() {
        var segment =
                Segment.Rotated.of("x", 4096, 16, Rounding.STOCHASTIC, Hadamard.of(4096, 1, SEED));
        Codec codec = Codec.of(List.of(segment), 3);
        double[] bad = new double[4096];
        bad[4095] = Double.NaN;
        assertThrows(
                IllegalArgumentException.class,
                () -> codec.encode(Map.of("x", bad), new Random(1)));
        double[] longer = new double[4096];
        longer[0] = 1000;
        assertEquals(4096, codec.clipped(Map.of("x", longer)));
    }

    /**
     * The lanes of a step that is fine for the range: with A = c and b = 16 an element alone would need 20 bits with ten
     * sites, but no rotated sum gets there.
     */
    @Test
    void narrowLanesHoldTheSumsOfRotatedUpdates() throws IntegrityException {
        int length = 1 << 16;
        int sites = 10;
        var rotation = new Hadamard(1, length, SEED);
        var segment = new Segment.Rotated("x", length, 1, 16, Rounding.STOCHASTIC, rotation);
        var lanes = SignedLanes.of(segment, sites);
        double tau = sites * rotation.range(length);
        assertEquals(Math.ceil(tau / segment.step() + sites), lanes.sumMax());
        assertEquals(15, lanes.width());
        Codec codec = Codec.of(List.of(segment), sites);
        for (int spike : new int[] {0, 1, 777, length - 1}) {
            double[] values = new double[length];
            values[spike] = 1;
            long[] one = codec.encode(Map.of("x", values), new Random(spike));
            long[] sum = Arrays.stream(one).map(word -> word * sites).toArray();
            double[] decoded = codec.decode(sum, sites).get("x");
            assertEquals(sites, decoded[spike], 5 * sites * segment.step());
        }
    }

    /** The bound is over the signs: whoever knew them before could make an update that breaks it. */
    @Test
    void anUpdateMadeAgainstTheSignsBreaksNarrowLanesAndNotTheWideOnes() throws IntegrityException {
        int length = 1 << 12;
        var rotation = new Hadamard(1, length, SEED);
        double[] against = new double[length];
        against[5] = 1;
        rotation.rotateBack(against, rotation.signs());
        var narrow = new Segment.Rotated("x", length, 1, 16, Rounding.NEAREST, rotation);
        Codec broken = Codec.of(List.of(narrow), 10);
        assertThrows(IntegrityException.class, () -> tenTimes(broken, against));
        var wide = Segment.Rotated.of("x", length, 16, Rounding.NEAREST, rotation);
        Codec codec = Codec.of(List.of(wide), 10);
        assertEquals(1, codec.clipped(Map.of("x", against)));
        double[] sum = tenTimes(codec, against);
        double kept = 10 * rotation.range(length) / Math.sqrt(length);
        assertEquals(kept, Math.abs(sum[17]), 1e-3);
    }

    private static double[] tenTimes(Codec codec, double[] values) throws IntegrityException {
        long[] one = codec.encode(Map.of("x", values), new Random(1));
        return codec.decode(Arrays.stream(one).map(word -> word * 10).toArray(), 10).get("x");
    }

    /** With A as wide as the rotation needs, the second bound of the lanes gives nothing away: they are sure. */
    @Test
    void theLanesOfAPlansRotationHoldWhateverSitesSend() {
        for (int sites : new int[] {3, 7, 10, 128, 129, 200}) {
            for (int bits = 8; bits <= 24; bits++) {
                var segment =
                        Segment.Rotated.of(
                                "x",
                                70_000,
                                bits,
                                Rounding.STOCHASTIC,
                                Hadamard.of(70_000, 2, SEED));
                var lanes = SignedLanes.of(segment, sites);
                assertEquals(segment.codeMax() * sites, lanes.sumMax());
                // One code fewer than with an offset: sometimes a bit less.
                int plain = Lanes.of(new Segment.Reals("x", 1, 1, bits), sites).width();
                assertTrue(lanes.width() == plain || lanes.width() == plain - 1);
            }
        }
    }

    @Test
    void anotherSeedIsAnotherRotation() {
        double[] a = {1, 2, 3, 4};
        double[] b = a.clone();
        var first = new Hadamard(9, 4, SEED);
        var second = new Hadamard(9, 4, Digest.of(new byte[] {9}));
        first.rotate(a, first.signs());
        second.rotate(b, second.signs());
        assertNotEquals(Arrays.toString(a), Arrays.toString(b));
    }
}
