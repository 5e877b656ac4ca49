package io.confide.common.secagg;

import static io.confide.common.secagg.ReferenceVectors.seedOf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.crypto.Seed;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

class ShamirTest {
    private static final Seed BETA = seedOf("44");

    @Property(tries = 200)
    void anyThresholdOfTheHoldersRebuildsTheSecret(
            @ForAll("seeds") Seed secret,
            @ForAll @IntRange(min = 1, max = 20) int n,
            @ForAll Random random) {
        int t = 1 + random.nextInt(n);
        var holders = new java.util.ArrayList<>(IntStream.rangeClosed(1, n).boxed().toList());
        List<byte[]> shares = Shamir.shares(BETA, SecretKind.RECOVERY, 9, t, secret, holders);
        Collections.shuffle(holders, random);
        var chosen = new TreeMap<Integer, byte[]>();
        holders.subList(0, t).forEach(x -> chosen.put(x, shares.get(x - 1)));
        assertEquals(secret, Shamir.rebuild(chosen, t));
    }

    /** Every secret is possible: for each there is one last share that fits the t − 1 known ones. */
    @Property(tries = 100)
    void oneShareTooFewFitsEverySecret(
            @ForAll("seeds") Seed secret,
            @ForAll("seeds") Seed otherSecret,
            @ForAll @IntRange(min = 2, max = 12) int t) {
        List<Integer> holders = IntStream.rangeClosed(1, t).boxed().toList();
        List<byte[]> shares = Shamir.shares(BETA, SecretKind.SELF, 9, t, secret, holders);
        var known = new TreeMap<Integer, byte[]>();
        holders.subList(0, t - 1).forEach(x -> known.put(x, shares.get(x - 1)));
        var completed = new TreeMap<Integer, byte[]>(known);
        completed.put(t, shareThatFits(known, t, otherSecret));
        assertEquals(otherSecret, Shamir.rebuild(completed, t));
    }

    /** The value at x = t of the polynomial through the known shares and (0, secret), by plain interpolation. */
    private static byte[] shareThatFits(Map<Integer, byte[]> known, int x, Seed secret) {
        var points = new TreeMap<Integer, byte[]>(known);
        points.put(0, secret.reveal());
        byte[] value = new byte[Seed.BYTES];
        for (int element = 0; element < 16; element++) {
            int sum = 0;
            for (var point : points.entrySet()) {
                int weight = 1;
                for (int other : points.keySet()) {
                    if (other != point.getKey()) {
                        int divisor = Gf65536.inverse(point.getKey() ^ other);
                        weight = Gf65536.multiply(weight, Gf65536.multiply(x ^ other, divisor));
                    }
                }
                int y = ByteBuffer.wrap(point.getValue()).getShort(2 * element) & Gf65536.MASK;
                sum ^= Gf65536.multiply(weight, y);
            }
            ByteBuffer.wrap(value).putShort(2 * element, (short) sum);
        }
        return value;
    }

    @Property(tries = 500)
    void packedMultiplicationIsTheFieldsOwn(
            @ForAll long values, @ForAll @IntRange(min = 0, max = 65_535) int factor) {
        long[] packed = {values, 0, -1, 1};
        Gf65536.multiplyPacked(packed, factor);
        for (int lane = 0; lane < 4; lane++) {
            int shift = 16 * lane;
            int expected = Gf65536.multiply((int) (values >>> shift) & Gf65536.MASK, factor);
            assertEquals(expected, (int) (packed[0] >>> shift) & Gf65536.MASK);
            assertEquals(
                    Gf65536.multiply(Gf65536.MASK, factor),
                    (int) (packed[2] >>> shift) & Gf65536.MASK);
        }
        assertEquals(0, packed[1]);
        assertEquals(factor, packed[3]);
    }

    @Test
    void everyElementTimesItsInverseIsOne() {
        for (int element = 1; element <= Gf65536.MASK; element++) {
            assertEquals(1, Gf65536.multiply(element, Gf65536.inverse(element)));
        }
    }

    @Test
    void dealsTheSameSharesAgainAndOthersForAnotherRoundOrKind() {
        Seed secret = seedOf("07");
        List<Integer> x = List.of(5);
        byte[] share = Shamir.shares(BETA, SecretKind.SELF, 9, 3, secret, x).getFirst();
        assertArrayEquals(share, Shamir.shares(BETA, SecretKind.SELF, 9, 3, secret, x).getFirst());
        assertNotEquals(
                List.of(ByteBuffer.wrap(share)),
                wrap(Shamir.shares(BETA, SecretKind.SELF, 10, 3, secret, x)));
        assertNotEquals(
                List.of(ByteBuffer.wrap(share)),
                wrap(Shamir.shares(BETA, SecretKind.RECOVERY, 9, 3, secret, x)));
    }

    @Test
    void aWrongShareGivesAnotherSecret() {
        Seed secret = seedOf("07");
        List<byte[]> shares = Shamir.shares(BETA, SecretKind.SELF, 9, 2, secret, List.of(1, 2));
        byte[] wrong = shares.get(1).clone();
        wrong[31] ^= 1;
        Map<Integer, byte[]> byX = Map.of(1, shares.get(0), 2, wrong);
        assertNotEquals(secret, Shamir.rebuild(byX, 2));
    }

    @Test
    void refusesTooFewSharesWrongSizesAndImpossibleHolders() {
        Map<Integer, byte[]> one = Map.of(1, new byte[32]);
        List<Integer> zero = List.of(0);
        List<Integer> large = List.of(65_536);
        List<Integer> twice = List.of(4, 4);
        assertThrows(IllegalArgumentException.class, () -> Shamir.rebuild(one, 2));
        assertThrows(
                IllegalArgumentException.class, () -> Shamir.rebuild(Map.of(1, new byte[31]), 1));
        assertThrows(IllegalArgumentException.class, () -> Shamir.Weights.of(zero));
        assertThrows(IllegalArgumentException.class, () -> Shamir.Weights.of(twice));
        assertThrows(
                IllegalArgumentException.class,
                () -> Shamir.shares(BETA, SecretKind.SELF, 1, 2, BETA, large));
    }

    @Test
    void worksForTheLargestRoster() {
        Seed secret = seedOf("5c");
        List<Integer> holders = IntStream.rangeClosed(1, 200).boxed().toList();
        List<byte[]> shares = Shamir.shares(BETA, SecretKind.SELF, 1, 134, secret, holders);
        List<Integer> last = holders.subList(66, 200);
        assertEquals(secret, Shamir.Weights.of(last).rebuild(shares.subList(66, 200)));
    }

    @Provide
    Arbitrary<Seed> seeds() {
        return Arbitraries.bytes().array(byte[].class).ofSize(32).map(Seed::copyOf);
    }

    private static List<ByteBuffer> wrap(List<byte[]> shares) {
        return shares.stream().map(ByteBuffer::wrap).toList();
    }
}
