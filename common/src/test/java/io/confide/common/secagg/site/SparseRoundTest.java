package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.site.HonestRound.Reach;
import io.confide.common.vector.Words;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Rounds on the sparse graph through the real code of sites and coordinator. */
class SparseRoundTest {
    private static final int TEN_PERCENT = 100_000;

    @Test
    void theSumIsExactWithDropoutsAtEveryStep() {
        var consortium = Consortium.sparse(50, 5, TEN_PERCENT, 1);
        assertEquals(22, consortium.policy.k());
        assertEquals(14, consortium.policy.t());
        consortium.setUp(1, 1, 4);
        requireExact(consortium, 1, HonestRound.everybody(50));
        var reach = new ArrayList<>(HonestRound.everybody(50));
        reach.set(3, Reach.ABSENT);
        reach.set(17, Reach.NO_UPLOAD);
        reach.set(29, Reach.NO_SIGN);
        reach.set(44, Reach.NO_REVEAL);
        requireExact(consortium, 2, reach);
    }

    private static void requireExact(Consortium consortium, long number, List<Reach> reach) {
        assertTrue(runsExactlyWhereItCan(consortium, number, reach), () -> "pattern " + reach);
    }

    @Test
    void aSiteRevealsAboutItsNeighboursAndItselfOnly() {
        var consortium = Consortium.sparse(40, 4, TEN_PERCENT, 2);
        consortium.setUp(1, 1, 2);
        var reach = new ArrayList<>(HonestRound.everybody(40));
        reach.set(7, Reach.NO_UPLOAD);
        requireExact(consortium, 1, reach);
        NeighbourGraph graph = consortium.epoch().graph();
        var seen = new HashSet<Integer>();
        consortium
                .view
                .received(SiteMessage.Reveal.class)
                .forEach(
                        entry -> {
                            int site = entry.getKey();
                            seen.add(site);
                            var body = RevealBody.parse(entry.getValue().body().body());
                            SiteSet about = graph.around(site);
                            assertEquals(
                                    Set.copyOf(about.indices()),
                                    body.orElseThrow().shares().keySet());
                        });
        assertEquals(39, seen.size());
        assertTrue(consortium.policy.k() < 39);
    }

    @Test
    void sitesWithoutAHelloKeepTheirPlaceOnTheRing() {
        var consortium = Consortium.sparse(30, 3, TEN_PERCENT, 3);
        SiteSet present = consortium.all().minus(consortium.set(4, 21));
        consortium.setUp(
                new io.confide.common.secagg.server.EpochSetup(
                        consortium.terms(1, 1, 2), present, consortium.coordinator));
        NeighbourGraph graph = consortium.epoch().graph();
        assertEquals(present, graph.members());
        assertFalse(graph.neighbours(0).contains(4));
        assertTrue(
                present.stream().anyMatch(i -> graph.neighbours(i).size() < consortium.policy.k()));
        var round =
                new HonestRound(
                        consortium,
                        consortium.round(1, present),
                        HonestRound.everybody(30),
                        inputs(consortium));
        assertEquals(ResultBody.Status.DONE, round.run().status());
    }

    private static List<long[]> inputs(Consortium consortium) {
        var inputs = new ArrayList<long[]>();
        for (int i = 0; i < consortium.n; i++) {
            inputs.add(consortium.randomInput());
        }
        return inputs;
    }

    @Test
    void aGapInTheRingFailsTheRoundBeforeAnySiteIsAsked() {
        var consortium = Consortium.sparse(50, 5, TEN_PERCENT, 4);
        consortium.setUp(1, 1, 2);
        NeighbourGraph graph = consortium.epoch().graph();
        var reach = new ArrayList<>(HonestRound.everybody(50));
        graph.neighbours(0).stream().forEach(site -> reach.set(site, Reach.NO_UPLOAD));
        var round = HonestRound.of(consortium, 1, reach);
        var outcome = round.run();
        assertEquals(28, round.round().folded().size());
        assertEquals(28, consortium.policy.floor());
        assertEquals(ResultBody.Status.TOO_FEW, outcome.status());
        assertFalse(consortium.view.received(SiteMessage.Sign.class).findAny().isPresent());
    }

    @Test
    void k25APathWhereEverybodySignsIsRefused() {
        var consortium = Consortium.sparse(20, 2, TEN_PERCENT, 7);
        consortium.setUp(1, 1, 2);
        var round = consortium.round(1, consortium.all());
        for (int site = 0; site < 20; site++) {
            var upload = consortium.upload(site, round.open(), consortium.randomInput());
            round.fold(site, upload.message().header(), upload.vector());
        }
        var good = round.propose().orElseThrow();
        var headers = new TreeMap<>(good.headers());
        var proof = headers.get(3);
        var path = Bytes.copyOf(new byte[Integer.BYTES]);
        headers.put(3, new UploadProof(proof.vectorHash(), proof.signature(), path));
        var padded = new CoordinatorMessage.Propose(good.job(), good.body(), headers);
        assertEquals(Check.K25, consortium.refusedBy(0, padded));
        consortium.answer(SiteMessage.Sign.class, 0, good);
    }

    record Case(int n, long seed, List<List<Reach>> rounds) {}

    @Property(tries = 8)
    void randomPatternsGiveTheExactSumOrNone(@ForAll("twentyToSixty") Case drawn) {
        run(drawn);
    }

    /** To a hundred sites; to two hundred with {@code -Dconfide.exhaustive=true}. */
    @Property(tries = 1)
    void randomPatternsInLargeRostersGiveTheExactSumOrNone(@ForAll("large") Case drawn) {
        run(drawn);
    }

    private static void run(Case drawn) {
        var consortium = Consortium.sparse(drawn.n, drawn.n / 10, TEN_PERCENT, drawn.seed);
        consortium.setUp(1, 10, drawn.rounds.size());
        for (int round = 0; round < drawn.rounds.size(); round++) {
            runsExactlyWhereItCan(consortium, 10 + round, drawn.rounds.get(round));
        }
    }

    /** Whether the round gave a sum; the same must follow from who was there at which step. */
    private static boolean runsExactlyWhereItCan(
            Consortium consortium, long number, List<Reach> reach) {
        var round = HonestRound.of(consortium, number, reach);
        var outcome = round.run();
        boolean should = canOpen(consortium, reach);
        assertEquals(should, outcome.sum().isPresent(), () -> "pattern " + reach);
        if (should) {
            long[] expected = new long[Consortium.WORDS];
            for (int site : outcome.included()) {
                Words.addInto(expected, round.inputs().get(site));
            }
            assertArrayEquals(expected, outcome.sum().get(), () -> "pattern " + reach);
        }
        return should;
    }

    private static boolean canOpen(Consortium consortium, List<Reach> reach) {
        NeighbourGraph graph = consortium.epoch().graph();
        SiteSet included = atLeast(reach, Reach.NO_SIGN);
        SiteSet live = atLeast(reach, Reach.LIVE);
        boolean certified =
                included.size() >= consortium.policy.floor()
                        && graph.holdsTogether(included)
                        && atLeast(reach, Reach.NO_REVEAL).size() >= consortium.roster.q();
        return certified
                && consortium.all().stream()
                        .allMatch(
                                site -> {
                                    SiteSet holders =
                                            included.contains(site)
                                                    ? graph.around(site)
                                                    : graph.neighbours(site);
                                    return holders.intersect(live).size() >= consortium.policy.t();
                                });
    }

    private static SiteSet atLeast(List<Reach> reach, Reach least) {
        var sites = new ArrayList<Integer>();
        for (int site = 0; site < reach.size(); site++) {
            if (reach.get(site).compareTo(least) >= 0) {
                sites.add(site);
            }
        }
        return SiteSet.of(reach.size(), sites);
    }

    @Provide
    Arbitrary<Case> twentyToSixty() {
        return cases(20, 60, 3);
    }

    @Provide
    Arbitrary<Case> large() {
        return Boolean.getBoolean("confide.exhaustive") ? cases(150, 200, 2) : cases(70, 100, 1);
    }

    private static Arbitrary<Case> cases(int least, int most, int rounds) {
        Arbitrary<Reach> step =
                Arbitraries.frequency(
                        Tuple.of(40, Reach.LIVE),
                        Tuple.of(1, Reach.NO_REVEAL),
                        Tuple.of(1, Reach.NO_SIGN),
                        Tuple.of(1, Reach.NO_UPLOAD),
                        Tuple.of(1, Reach.ABSENT));
        return Arbitraries.integers()
                .between(least, most)
                .flatMap(
                        n ->
                                Combinators.combine(
                                                Arbitraries.longs(),
                                                step.list().ofSize(n).list().ofSize(rounds))
                                        .as((seed, drawn) -> new Case(n, seed, drawn)));
    }
}
