package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Digest;
import io.confide.common.model.Rounding;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Vectors that are made and read leaf by leaf, against the hashes of what the codec made while it had whole arrays only. */
class LeafwiseCodecTest {
    /** Segments that begin and end within leaves, of every kind. */
    private static final Codec REALS =
            Codec.of(
                    List.of(
                            new Segment.Reals("update", 400_000, 2, 16),
                            new Segment.Counts("n", 70),
                            new Segment.Reals("loss", 1, 40, 32)),
                    10);

    private static final Codec MIXED =
            Codec.of(
                    List.of(
                            Segment.Rotated.of(
                                    "update",
                                    300_000,
                                    12,
                                    Rounding.STOCHASTIC,
                                    Hadamard.of(300_000, 2, Digest.of(new byte[] {7}))),
                            new Segment.Counts("n", 140_000),
                            new Segment.Integers("z", 3_001, 50, 1000)),
                    50);

    private static Map<String, double[]> reals() {
        return Map.of(
                "update", values(1, 400_000, 2.1), "n", counts(2, 70), "loss", values(3, 1, 40));
    }

    private static Map<String, double[]> mixed() {
        return Map.of(
                "update", values(4, 300_000, 0.001),
                "n", counts(5, 140_000),
                "z", integers(6, 3_001, 40));
    }

    @Test
    void theWordsAreThoseOfBefore() throws IntegrityException {
        assertEquals(
                "60925897c0a4d804ba020afaee88eef98ad50100b416a21f3af1950fbf7bdf92",
                hash(REALS.encode(reals(), stream())));
        assertEquals(
                "e9d94c3291131b0da4e30367d80ae290888aff45a655c99a5cd6834fa5f34b40",
                hash(REALS.encode(reals(), new SplittableRandom(9))));
        assertEquals(19_061, REALS.clipped(reals()));
        long[] mixed = MIXED.encode(mixed(), stream());
        assertEquals(
                "79bdb1380948689851054cea2994ce203ec584b1272acdf0b39e2121c58f579a", hash(mixed));
        assertEquals(
                "13b1e4795718eb512670815f91f268f397f16acd557ad71b1e05614b9332b135",
                hash(MIXED.decode(mixed, 1)));
        var integers = Codec.of(List.of(new Segment.Integers("z", 400_001, 100, 30)), 20);
        long[] exact =
                Arrays.stream(integers(8, 400_001, 100)).mapToLong(value -> (long) value).toArray();
        assertEquals(
                "ed7c7215e96d2088e83e3561506662aa207ed9e07c9ef6e91d86fe8600a59d54",
                hash(integers.encode(exact)));
        var nearest =
                Codec.of(List.of(new Segment.Reals("r", 1001, 1, 8, Rounding.NEAREST)), 3)
                        .encode(Map.of("r", values(9, 1001, 1)), stream());
        assertEquals(
                "e627c0c752e6e82ff33d8d18235ba6763ee154b6635b27ca74e3d9303b7f3099", hash(nearest));
    }

    @Test
    void oneLeafIsInMemoryAndTheValuesAreReadOnceInOrder() throws IntegrityException {
        check(REALS, reals());
        check(MIXED, mixed());
    }

    private static void check(Codec codec, Map<String, double[]> payload)
            throws IntegrityException {
        long[] whole = codec.encode(payload, stream());
        var once = new HashMap<String, Values>();
        payload.forEach((name, values) -> once.put(name, new Once(values)));
        var encoding = codec.encodingOf(once, stream());
        var decoded = new LinkedHashMap<String, double[]>();
        codec.segments().forEach(s -> decoded.put(s.name(), new double[s.length()]));
        var next = new int[1];
        var decoding =
                codec.decoding(
                        1,
                        (segment, from, values, count) -> {
                            next[0] = from == 0 ? 0 : next[0];
                            assertEquals(next[0], from);
                            System.arraycopy(values, 0, decoded.get(segment.name()), from, count);
                            next[0] += count;
                        });
        long[] leaf = new long[Canaries.LEAF_WORDS];
        int done = 0;
        for (int count = encoding.next(leaf, 0); count > 0; count = encoding.next(leaf, 0)) {
            assertArrayEquals(
                    Arrays.copyOfRange(whole, done, done + count), Arrays.copyOf(leaf, count));
            assertEquals(count, decoding.next(leaf, 0));
            done += count;
        }
        assertEquals(codec.words(), done);
        assertEquals(0, decoding.next(leaf, 0));
        codec.decode(whole, 1)
                .forEach((name, values) -> assertArrayEquals(values, decoded.get(name)));
    }

    @Test
    void aLeafThatIsNotCleanIsRefused() throws IntegrityException {
        long[] vector = REALS.encode(reals(), stream());
        vector[Canaries.LEAF_WORDS] |= 1L << 62;
        var decoding = REALS.decoding(1, (_, _, _, _) -> {});
        assertEquals(Canaries.LEAF_WORDS, decoding.next(vector, 0));
        assertThrows(IntegrityException.class, () -> decoding.next(vector, Canaries.LEAF_WORDS));
        var miscounted = REALS.decoding(2, (_, _, _, _) -> {});
        assertThrows(IntegrityException.class, () -> miscounted.next(vector, 0));
    }

    /** Values that can be read once, in order. */
    private static final class Once implements Values {
        private final double[] all;
        private int read;

        Once(double[] all) {
            this.all = all;
        }

        @Override
        public int length() {
            return all.length;
        }

        @Override
        public void read(int from, double[] into, int count) {
            assertEquals(read, from);
            System.arraycopy(all, from, into, 0, count);
            read += count;
        }
    }

    private static double[] values(long seed, int count, double range) {
        var random = new SplittableRandom(seed);
        return fill(count, () -> (random.nextDouble() * 2 - 1) * range);
    }

    private static double[] counts(long seed, int count) {
        var random = new SplittableRandom(seed);
        return fill(count, () -> random.nextInt(1_000_000));
    }

    private static double[] integers(long seed, int count, int most) {
        var random = new SplittableRandom(seed);
        return fill(count, () -> random.nextInt(2 * most + 1) - most);
    }

    private interface Next {
        double value();
    }

    private static double[] fill(int count, Next next) {
        double[] values = new double[count];
        Arrays.setAll(values, _ -> next.value());
        return values;
    }

    private static RandomGenerator stream() {
        return CtrRandom.of(Seed.copyOf(new byte[32]));
    }

    private static String hash(long[] words) {
        return VectorHash.ofBytes(Words.toBytes(words)).hex();
    }

    private static String hash(Map<String, double[]> values) {
        return hash(
                values.values().stream()
                        .flatMapToDouble(Arrays::stream)
                        .mapToLong(Double::doubleToRawLongBits)
                        .toArray());
    }
}
