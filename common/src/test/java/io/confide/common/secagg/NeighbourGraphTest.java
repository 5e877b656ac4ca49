package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class NeighbourGraphTest {
    private static SecAggPolicy policy(int n) {
        var members =
                IntStream.range(0, n)
                        .mapToObj(
                                i ->
                                        new Roster.Member(
                                                new SiteId("site" + i),
                                                Digest.of(
                                                                Bytes.copyOf(
                                                                        ("" + i)
                                                                                .getBytes(
                                                                                        java.nio
                                                                                                .charset
                                                                                                .StandardCharsets
                                                                                                .UTF_8)))
                                                        .value()))
                        .toList();
        var roster = new Roster(1, n / 10, Digest.of(new byte[] {7}).value(), members);
        return SecAggPolicy.sparseGraph(roster, 100_000, 3, Digest.ZERO, Digest.ZERO).orElseThrow();
    }

    private static NeighbourGraph graph(int n, int seed, SiteSet members) {
        return NeighbourGraph.of(policy(n), members, () -> Digest.of(new byte[] {(byte) seed}));
    }

    @Property(tries = 30)
    void everySiteHasKNeighboursAndTheyHaveIt(
            @ForAll @IntRange(min = 20, max = 250) int n, @ForAll @IntRange(max = 255) int seed) {
        int k = policy(n).k();
        NeighbourGraph graph = graph(n, seed, SiteSet.all(n));
        for (int site = 0; site < n; site++) {
            SiteSet neighbours = graph.neighbours(site);
            assertEquals(k, neighbours.size());
            assertFalse(neighbours.contains(site));
            int mine = site;
            assertTrue(neighbours.stream().allMatch(each -> graph.neighbours(each).contains(mine)));
        }
    }

    @Property(tries = 30)
    void theWindowRuleIsThatOfEveryWindow(
            @ForAll @IntRange(min = 20, max = 120) int n,
            @ForAll @IntRange(max = 255) int seed,
            @ForAll List<@IntRange(max = 119) Integer> away) {
        Digest graphSeed = Digest.of(new byte[] {(byte) seed});
        List<Integer> order = Ring.draw(graphSeed, n).order();
        var there = new ArrayList<>(SiteSet.all(n).indices());
        there.removeAll(away);
        SiteSet included = SiteSet.of(n, there);
        var parameters = policy(n).sparse().orElseThrow();
        boolean expected =
                IntStream.range(0, n)
                        .allMatch(
                                start ->
                                        IntStream.range(0, parameters.k() / 2)
                                                        .filter(
                                                                at ->
                                                                        included.contains(
                                                                                order.get(
                                                                                        (start + at)
                                                                                                % n)))
                                                        .count()
                                                >= parameters.windowMin());
        assertEquals(expected, graph(n, seed, SiteSet.all(n)).holdsTogether(included));
    }

    @Test
    void theHonestOfAnyIncludedSetHangTogether() {
        int n = 100;
        NeighbourGraph graph = graph(n, 3, SiteSet.all(n));
        var random = new java.util.Random(1);
        int checked = 0;
        for (int run = 0; run < 300; run++) {
            SiteSet included = sample(random, n, 60 + random.nextInt(41));
            SiteSet colluders = sample(random, n, n / 10);
            if (graph.holdsTogether(included)) {
                checked++;
                assertTrue(isConnected(graph, included.minus(colluders)));
            }
        }
        assertTrue(checked > 30, "only " + checked + " sets fulfilled the rule");
    }

    private static SiteSet sample(java.util.Random random, int n, int size) {
        var all = new ArrayList<>(SiteSet.all(n).indices());
        java.util.Collections.shuffle(all, random);
        return SiteSet.of(n, all.subList(0, size));
    }

    private static boolean isConnected(NeighbourGraph graph, SiteSet sites) {
        SiteSet reached = SiteSet.of(sites.rosterSize(), List.of(sites.indices().getFirst()));
        while (true) {
            SiteSet next = reached;
            for (int site : reached.indices()) {
                for (int peer : graph.neighbours(site).intersect(sites).indices()) {
                    next = next.with(peer);
                }
            }
            if (next.equals(reached)) {
                return reached.equals(sites);
            }
            reached = next;
        }
    }

    @Test
    void onTheCompleteGraphEverybodyPresentIsANeighbour() {
        SiteSet members = SiteSet.of(5, List.of(0, 2, 3));
        var roster =
                new Roster(
                        1,
                        0,
                        Digest.of(new byte[] {7}).value(),
                        IntStream.range(0, 5)
                                .mapToObj(
                                        i ->
                                                new Roster.Member(
                                                        new SiteId("site" + i),
                                                        Digest.of(new byte[] {(byte) i}).value()))
                                .toList());
        var policy =
                SecAggPolicy.completeGraph(
                        roster, 3, SecAggPolicy.FastPath.ALLOWED, Digest.ZERO, Digest.ZERO);
        NeighbourGraph graph =
                NeighbourGraph.of(
                        policy,
                        members,
                        () -> {
                            throw new AssertionError("the complete graph has no seed");
                        });
        assertEquals(List.of(0, 3), graph.neighbours(2).indices());
        assertEquals(List.of(3), graph.neighboursAbove(2));
        assertEquals(members, graph.around(2));
        assertTrue(graph.holdsTogether(SiteSet.of(5, List.of(2))));
    }
}
