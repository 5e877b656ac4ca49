package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * What masked constants look like: like noise, whatever the constant. Default 64 MiB of masked words; {@code
 * -Dconfide.statistics.mebibytes=1024} takes a gibibyte. Every measure also judges masks with a planted bug, and must see it.
 */
class MaskStatisticsTest {
    private static final int WORDS = 1 << 20;
    private static final int MEBIBYTES = Integer.getInteger("confide.statistics.mebibytes", 64);
    private static final int ROUNDS = Math.max(2, MEBIBYTES / (2 * WORDS * Long.BYTES >> 20));
    private static final long FIRST = 1;
    private static final int KS_RUNS = 1_000_000;

    private static Consortium consortium = Consortium.of(3, 0);

    @BeforeAll
    static void setUp() {
        consortium = Consortium.of(3, 0);
        consortium.setUp(1, FIRST, ROUNDS);
    }

    /** The masked words of {@code site} in {@code round} of an input that is {@code constant} everywhere. */
    private static long[] masked(int site, long round, long constant) {
        long[] words = new long[WORDS];
        Arrays.fill(words, constant);
        SiteEpoch epoch = consortium.sites.get(site).rounds().epoch().orElseThrow();
        epoch.mask(round, Digest.of(Consortium.model(round)), consortium.all(), words);
        return words;
    }

    /** Counts over many vectors: of bytes, and of ones at every bit of a word. */
    private static final class Counts {
        final long[] bytes = new long[256];
        final long[] ones = new long[Long.SIZE];
        long words;

        void add(long[] vector) {
            for (long word : vector) {
                for (int at = 0; at < Long.SIZE; at += Byte.SIZE) {
                    bytes[(int) (word >>> at) & 0xff]++;
                }
            }
            addBits(vector, word -> word);
        }

        /** Only the ones of {@code bits}(index). */
        void addBits(long[] vector, LongUnaryOperator bits) {
            for (int bit = 0; bit < Long.SIZE; bit++) {
                long sum = 0;
                for (long word : vector) {
                    sum += bits.applyAsLong(word) >>> bit & 1;
                }
                ones[bit] += sum;
            }
            words += vector.length;
        }

        /** (χ² − 255)/√510 of the bytes: about a standard normal. */
        double chiSquare() {
            double expected = words * Long.BYTES / 256.0;
            double sum = 0;
            for (long count : bytes) {
                sum += (count - expected) * (count - expected) / expected;
            }
            return (sum - 255) / Math.sqrt(510);
        }

        /** The largest |p − ½| of a bit, as a share of 4/(2√n). */
        double bias() {
            double limit = 4 / (2 * Math.sqrt(words));
            return Arrays.stream(ones)
                            .mapToDouble(each -> Math.abs((double) each / words - 0.5))
                            .max()
                            .orElseThrow()
                    / limit;
        }
    }

    private static long[] xor(long[] a, long[] b) {
        long[] both = new long[a.length];
        Arrays.setAll(both, at -> a[at] ^ b[at]);
        return both;
    }

    private static long[] shifted(long[] words) {
        long[] next = new long[words.length];
        System.arraycopy(words, 1, next, 0, words.length - 1);
        next[words.length - 1] = words[0];
        return next;
    }

    @Test
    void bytesAndBitsOfMaskedConstantsAreUniform() {
        var counts = new Counts();
        for (long round = FIRST; round < FIRST + ROUNDS; round++) {
            for (int site = 0; site < 2; site++) {
                counts.add(masked(site, round, 0));
            }
        }
        assertTrue(Math.abs(counts.chiSquare()) < 5, () -> "chi-square " + counts.chiSquare());
        assertTrue(counts.bias() < 1, () -> "bias " + counts.bias());
        assertEquals((long) ROUNDS * 2 * WORDS, counts.words);

        var slip = new Counts();
        long[] oneUnmasked = masked(0, FIRST, 0);
        // One word in a thousand goes out as it is.
        for (int at = 0; at < WORDS; at += 1000) {
            oneUnmasked[at] = 0;
        }
        slip.add(oneUnmasked);
        assertTrue(slip.chiSquare() > 5);
        var biased = new Counts();
        long[] stuck = masked(1, FIRST, 0);
        for (int at = 0; at < WORDS; at += 100) {
            stuck[at] |= 1L << 17;
        }
        biased.add(stuck);
        assertFalse(biased.bias() < 1);
    }

    @Test
    void neighbouringWordsAndBitsAreIndependent() {
        var words = new Counts();
        var bits = new Counts();
        for (long round = FIRST; round < FIRST + ROUNDS; round++) {
            long[] vector = masked(0, round, -1);
            words.add(xor(vector, shifted(vector)));
            bits.addBits(vector, word -> word ^ Long.rotateLeft(word, 1));
        }
        assertTrue(Math.abs(words.chiSquare()) < 5, () -> "chi-square " + words.chiSquare());
        assertTrue(words.bias() < 1, () -> "bias " + words.bias());
        assertTrue(bits.bias() < 1, () -> "bias " + bits.bias());

        // A stream that repeats itself after every other word.
        long[] repeating = masked(0, FIRST, 0);
        for (int at = 1; at < WORDS; at += 2) {
            repeating[at] = repeating[at - 1];
        }
        var repeated = new Counts();
        repeated.add(xor(repeating, shifted(repeating)));
        assertTrue(repeated.chiSquare() > 5);
    }

    /** Pair masks of two sites are each other's negative; the self masks must hide that. */
    @Test
    void masksOfTwoSitesAndOfTwoRoundsAreIndependent() {
        var sites = new Counts();
        var sums = new Counts();
        var rounds = new Counts();
        long[] before = masked(0, FIRST, 0);
        for (long round = FIRST; round < FIRST + ROUNDS; round++) {
            long[] own = masked(0, round, 0);
            long[] other = masked(1, round, 0);
            sites.add(xor(own, other));
            long[] sum = new long[WORDS];
            Arrays.setAll(sum, at -> own[at] + other[at]);
            sums.add(sum);
            if (round > FIRST) {
                rounds.add(xor(own, before));
            }
            before = own;
        }
        for (Counts each : new Counts[] {sites, sums, rounds}) {
            assertTrue(Math.abs(each.chiSquare()) < 5, () -> "chi-square " + each.chiSquare());
            assertTrue(each.bias() < 1, () -> "bias " + each.bias());
        }
    }

    /** The mutants: one round's masks in another round (A12), and one mask at two sites. */
    @Test
    void aMaskThatIsUsedTwiceShowsInTheDifference() {
        var twice = new Counts();
        twice.add(xor(masked(0, FIRST, 0), masked(0, FIRST, 5)));
        assertTrue(twice.chiSquare() > 1e6);
        assertFalse(twice.bias() < 1);
    }

    /** Two samples of a million masked words, of the smallest and of the largest input: the same distribution. */
    @Test
    void zerosAndLargestInputsLookTheSame() {
        long largest = -1L >>> 1;
        double[] zeros = fractions(masked(0, FIRST, 0));
        double[] maxima = fractions(masked(0, FIRST + 1, largest));
        // The two-sided limit for p = 0.001.
        double limit = 1.95 * Math.sqrt(2.0 / KS_RUNS);
        assertTrue(distance(zeros, maxima) < limit, () -> "KS " + distance(zeros, maxima));
        // Masks that miss the highest bit would leave the largest input in the upper half.
        long[] half = masked(0, FIRST + 1, 0);
        Arrays.setAll(half, at -> (half[at] >>> 1) + (largest >>> 1));
        assertTrue(distance(zeros, fractions(half)) > limit);
    }

    private static double[] fractions(long[] words) {
        return Arrays.stream(words, 0, KS_RUNS)
                .mapToDouble(word -> (word >>> 11) * 0x1p-53)
                .sorted()
                .toArray();
    }

    /** The largest distance of two empirical distribution functions of equally many values, both sorted. */
    private static double distance(double[] a, double[] b) {
        int ofA = 0;
        int ofB = 0;
        int largest = 0;
        while (ofA < a.length && ofB < b.length) {
            if (a[ofA] <= b[ofB]) {
                ofA++;
            } else {
                ofB++;
            }
            largest = Math.max(largest, Math.abs(ofA - ofB));
        }
        return (double) largest / a.length;
    }
}
