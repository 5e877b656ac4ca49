package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Rings and committees of many seeds: every site is anywhere equally often, and how many of a fixed set of colluders are
 * near each other is as the hypergeometric distribution says, from which the parameters of the sparse graph come. The
 * seeds are fixed, so there is no false alarm; the limit of five deviations is passed by chance once in a million.
 */
class RingStatisticsTest {
    private static final int N = 40;
    private static final int RINGS = 8000;
    private static final int COLLUDERS = 8;
    private static final int NEIGHBOURS = 10;
    private static final int WINDOW = NEIGHBOURS / 2;
    private static final int COMMITTEE = 7;
    private static final int HONEST = 20;
    private static final double LIMIT = 5;

    private static final List<Digest> SEEDS =
            IntStream.range(0, RINGS)
                    .mapToObj(seed -> Digest.of(ByteBuffer.allocate(4).putInt(seed).array()))
                    .toList();
    private static final List<Ring> DRAWN = SEEDS.stream().map(seed -> Ring.draw(seed, N)).toList();
    private static final Set<Integer> BAD =
            new HashSet<>(IntStream.range(0, COLLUDERS).boxed().toList());

    @Test
    void everySiteIsAtEveryPositionEquallyOften() {
        requireUniform(DRAWN.stream().map(Ring::order).toList(), N);
    }

    @Test
    void everySiteIsInEveryPlaceOfTheCommitteeEquallyOften() {
        requireUniform(
                SEEDS.stream().map(seed -> Ring.committee(seed, N, COMMITTEE)).toList(), COMMITTEE);
    }

    /** Every place's counts over the sites: (χ² − ν)/√(2ν) of all of them is about a standard normal. */
    private static void requireUniform(List<List<Integer>> orders, int places) {
        int[][] counts = new int[places][N];
        for (List<Integer> order : orders) {
            for (int place = 0; place < places; place++) {
                counts[place][order.get(place)]++;
            }
        }
        double expected = (double) RINGS / N;
        double sum = 0;
        for (int[] place : counts) {
            for (int count : place) {
                sum += (count - expected) * (count - expected) / expected;
            }
        }
        double freedom = (N - 1.0) * Math.min(places, N - 1);
        double deviations = (sum - freedom) / Math.sqrt(2 * freedom);
        assertTrue(Math.abs(deviations) < LIMIT, () -> "chi-square " + deviations);
    }

    @Test
    void colludersAmongNeighboursAreHypergeometric() {
        SiteSet all = SiteSet.all(N);
        requireHypergeometric(
                N - 1,
                NEIGHBOURS,
                seed -> bad(DRAWN.get(seed).neighbours(HONEST, NEIGHBOURS, all).indices()));
    }

    @Test
    void colludersInAWindowAreHypergeometric() {
        requireHypergeometric(
                N, WINDOW, seed -> bad(DRAWN.get(seed).order().subList(N - WINDOW, N)));
    }

    @Test
    void colludersInTheCommitteeAreHypergeometric() {
        requireHypergeometric(
                N, COMMITTEE, seed -> bad(Ring.committee(SEEDS.get(seed), N, COMMITTEE)));
    }

    /** The bound of every window at once, at a small σ: N · Pr[X > c] is not passed by what is drawn. */
    @Test
    void noMoreRingsThanTheUnionBoundHaveAWindowOfManyColluders() {
        for (int c = 3; c <= WINDOW; c++) {
            int most = c;
            long beyond =
                    DRAWN.stream()
                            .filter(ring -> !ring.fillsWindows(honest(), WINDOW, WINDOW - most))
                            .count();
            double bound = 0;
            for (int x = c + 1; x <= WINDOW; x++) {
                bound += N * chance(N, WINDOW, x);
            }
            double noise = LIMIT * Math.sqrt(RINGS * bound);
            double limit = RINGS * bound + noise;
            assertTrue(beyond <= limit, () -> beyond + " of " + RINGS + " for c = " + most);
            // And it is no empty bound: a third of it is reached.
            assertTrue(beyond >= RINGS * bound / 3 - noise, () -> beyond + " for c = " + most);
        }
    }

    /** The committee must not follow from where a site is in the ring: the coordinator could use both. */
    @Test
    void theCommitteeIsAnotherOrderThanTheRing() {
        long same =
                IntStream.range(0, RINGS)
                        .filter(
                                seed ->
                                        Ring.committee(SEEDS.get(seed), N, COMMITTEE)
                                                .getFirst()
                                                .equals(DRAWN.get(seed).order().getFirst()))
                        .count();
        double expected = (double) RINGS / N;
        assertTrue(Math.abs(same - expected) < LIMIT * Math.sqrt(expected), () -> "same " + same);
    }

    private static SiteSet honest() {
        return SiteSet.of(N, IntStream.range(COLLUDERS, N).boxed().toList());
    }

    private static int bad(List<Integer> sites) {
        return (int) sites.stream().filter(BAD::contains).count();
    }

    /** Pearson's χ² of what was drawn, values that are expected less than ten times taken together. */
    private static void requireHypergeometric(
            int population, int drawn, ToIntFunction<Integer> colluders) {
        int[] counts = new int[drawn + 1];
        for (int seed = 0; seed < RINGS; seed++) {
            counts[colluders.applyAsInt(seed)]++;
        }
        double sum = 0;
        int cells = 0;
        double restExpected = 0;
        double rest = 0;
        for (int x = 0; x <= drawn; x++) {
            double expected = RINGS * chance(population, drawn, x);
            if (expected >= 10) {
                sum += (counts[x] - expected) * (counts[x] - expected) / expected;
                cells++;
            } else {
                restExpected += expected;
                rest += counts[x];
            }
        }
        double missed = (rest - restExpected) / Math.sqrt(Math.max(1, restExpected));
        int freedom = cells - 1;
        double deviations = (sum - freedom) / Math.sqrt(2.0 * freedom);
        assertTrue(freedom >= 3, "too few values to judge");
        assertTrue(deviations < LIMIT, () -> "chi-square " + deviations);
        assertTrue(Math.abs(missed) < LIMIT, () -> "rare values " + missed);
    }

    /** Pr[x colluders among {@code drawn} of {@code population}]. */
    private static double chance(int population, int drawn, int x) {
        return choose(COLLUDERS, x)
                * choose(population - COLLUDERS, drawn - x)
                / choose(population, drawn);
    }

    private static double choose(int from, int count) {
        if (count < 0 || count > from) {
            return 0;
        }
        double ways = 1;
        for (int i = 1; i <= count; i++) {
            ways = ways * (from - count + i) / i;
        }
        return ways;
    }
}
