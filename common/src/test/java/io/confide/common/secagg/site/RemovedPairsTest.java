package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.secagg.ComplaintBody.Reason;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.site.HonestRound.Path;
import io.confide.common.secagg.site.HonestRound.Reach;
import io.confide.common.vector.Words;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Whatever pairs corrupt sites get removed, an honest coordinator's round gives the exact sum of the included, or nothing. */
class RemovedPairsTest {
    private static final int TEN_PERCENT = 100_000;

    /**
     * @param lies of each corrupt site: which part of the others it complains about, or deals something unsound to
     * @param rounds how far each site comes
     */
    record Case(int n, int corrupt, long seed, List<Lie> lies, List<List<Reach>> rounds) {}

    enum Lie {
        NONE,
        COMPLAINS_ABOUT_ONE,
        COMPLAINS_ABOUT_MANY,
        CHEATS_ONE,
        CHEATS_MANY
    }

    @Property(tries = 25)
    void onTheCompleteGraph(@ForAll("complete") Case drawn) {
        requireExactOrNone(new Consortium(drawn.n, drawn.corrupt, 3, Set.of(), drawn.seed), drawn);
    }

    @Property(tries = 6)
    void onTheSparseGraph(@ForAll("sparse") Case drawn) {
        requireExactOrNone(
                Consortium.sparse(drawn.n, drawn.corrupt, TEN_PERCENT, drawn.seed), drawn);
    }

    @Provide
    Arbitrary<Case> complete() {
        return Arbitraries.integers().between(4, 13).flatMap(n -> cases(n, (n - 1) / 3));
    }

    @Provide
    Arbitrary<Case> sparse() {
        return cases(20, 2);
    }

    private static Arbitrary<Case> cases(int n, int corrupt) {
        Arbitrary<Reach> step =
                Arbitraries.frequency(
                        Tuple.of(20, Reach.LIVE),
                        Tuple.of(1, Reach.NO_REVEAL),
                        Tuple.of(1, Reach.NO_SIGN),
                        Tuple.of(1, Reach.NO_UPLOAD),
                        Tuple.of(1, Reach.ABSENT));
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.of(Lie.class).list().ofSize(corrupt),
                        step.list().ofSize(n).list().ofSize(3))
                .as((seed, lies, rounds) -> new Case(n, corrupt, seed, lies, rounds));
    }

    private static void requireExactOrNone(Consortium consortium, Case drawn) {
        var random = new Random(drawn.seed);
        for (int at = 0; at < drawn.corrupt; at++) {
            lie(consortium, drawn.n - 1 - at, drawn.lies.get(at), random);
        }
        var epoch = consortium.setUp(1, 1, 8);
        for (int at = 0; at < drawn.rounds.size(); at++) {
            for (Path path : Path.values()) {
                requireExactOrNone(
                        consortium,
                        epoch.accepted(),
                        1 + 2 * at + path.ordinal(),
                        drawn.rounds.get(at),
                        path);
            }
        }
    }

    private static void lie(Consortium consortium, int liar, Lie lie, Random random) {
        // On the sparse graph who is a neighbour is known only later, so there only dealt parts can
        // be unsound.
        var others = new ArrayList<>(consortium.all().minus(consortium.set(liar)).indices());
        java.util.Collections.shuffle(others, random);
        int many = 1 + random.nextInt(consortium.roster.colluders() + 2);
        Reason reason = Reason.values()[1 + random.nextInt(3)];
        switch (lie) {
            case NONE -> {}
            case COMPLAINS_ABOUT_ONE -> complains(consortium, liar, others.subList(0, 1));
            case COMPLAINS_ABOUT_MANY -> complains(consortium, liar, others.subList(0, many));
            case CHEATS_ONE -> Liars.cheats(consortium, liar, others.subList(0, 1), reason);
            case CHEATS_MANY -> Liars.cheats(consortium, liar, others.subList(0, many), reason);
        }
    }

    private static void complains(Consortium consortium, int liar, List<Integer> about) {
        if (consortium.policy.k() == 0) {
            Liars.complains(consortium, liar, about);
        }
    }

    private static void requireExactOrNone(
            Consortium consortium, SiteSet accepted, long number, List<Reach> reach, Path path) {
        var inputs = new ArrayList<long[]>();
        for (int site = 0; site < consortium.n; site++) {
            inputs.add(consortium.randomInput());
        }
        var round =
                new HonestRound(consortium, consortium.round(number, accepted), reach, inputs)
                        .via(path);
        var outcome = round.run();
        boolean should = isPossible(consortium, accepted, reach, path);
        assertEquals(should, outcome.sum().isPresent(), () -> reach + " of " + accepted);
        if (should) {
            long[] expected = new long[Consortium.WORDS];
            outcome.included().forEach(site -> Words.addInto(expected, inputs.get(site)));
            assertArrayEquals(expected, outcome.sum().orElseThrow(), () -> "reach " + reach);
        }
    }

    /** Counted by hand: inputs, signatures, and for every secret its live holders outside removed pairs. */
    private static boolean isPossible(
            Consortium consortium, SiteSet accepted, List<Reach> reach, Path path) {
        var included = reaching(accepted, reach, Reach.NO_SIGN);
        var live = reaching(accepted, reach, Reach.LIVE);
        boolean sum =
                included.size() >= consortium.policy.floor()
                        && consortium.epoch().graph().holdsTogether(included);
        boolean fast = path == Path.FAST && included.equals(accepted) && consortium.policy.k() == 0;
        int signatures = reaching(accepted, reach, Reach.NO_REVEAL).size();
        boolean certified = fast || signatures >= consortium.roster.q();
        return sum
                && certified
                && accepted.stream()
                        .allMatch(
                                about ->
                                        live.stream()
                                                        .filter(
                                                                holder ->
                                                                        holds(
                                                                                consortium,
                                                                                holder,
                                                                                about,
                                                                                included))
                                                        .count()
                                                >= consortium.policy.t());
    }

    private static boolean holds(Consortium consortium, int holder, int about, SiteSet included) {
        if (holder == about) {
            return included.contains(about);
        }
        var graph = consortium.epoch().graph();
        return graph.neighbours(about).contains(holder)
                && graph.removal().pairs().stream()
                        .noneMatch(
                                pair ->
                                        Set.of(pair.low(), pair.high())
                                                .equals(Set.of(holder, about)));
    }

    private static SiteSet reaching(SiteSet accepted, List<Reach> reach, Reach least) {
        return SiteSet.of(
                accepted.rosterSize(),
                accepted.stream()
                        .filter(site -> reach.get(site).compareTo(least) >= 0)
                        .boxed()
                        .toList());
    }
}
