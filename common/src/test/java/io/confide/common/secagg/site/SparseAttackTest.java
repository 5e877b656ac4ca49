package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteSet;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The scripted attacks on the sparse graph (PROTOCOL.md §1.3): 50 sites with 22 neighbours each, nobody colludes and
 * nobody is really away. Each reads the exact input of site 0 with its check off, and is refused with it on.
 */
class SparseAttackTest {
    private static final long R = 1;
    private static final int VICTIM = 0;
    private static final int SITES = 50;
    private static final Bytes MODEL = Consortium.model(R);

    private static Adversary adversary(Check... off) {
        var consortium = Consortium.sparse(SITES, 5, 100_000, 8, off);
        assertEquals(22, consortium.policy.k());
        consortium.setUp(1, R, 2);
        return new Adversary(consortium, 0);
    }

    private static List<long[]> inputs(Adversary bad) {
        return IntStream.range(0, SITES).mapToObj(_ -> bad.consortium.randomInput()).toList();
    }

    private static List<Integer> range(int from) {
        return IntStream.range(from, SITES).boxed().toList();
    }

    private static SortedMap<Integer, UploadProof> uploads(
            Adversary bad,
            ContextFields context,
            List<Integer> who,
            List<long[]> x,
            Map<Integer, long[]> vectors) {
        var headers = new TreeMap<Integer, UploadProof>();
        for (int site : who) {
            var made = bad.upload(site, bad.open(context, MODEL), x.get(site)).orElseThrow();
            headers.put(site, Adversary.proof(made));
            vectors.put(site, Words.fromBytes(made.vector().whole().toArray()));
        }
        return headers;
    }

    // A8: all neighbours of the victim are said to have dropped out.

    @Test
    void a8DroppingAllNeighboursOpensTheVictimOnlyWithoutK16() {
        assertTrue(droppedNeighbours(adversary(Check.K16)));
        Adversary refused = adversary();
        assertFalse(droppedNeighbours(refused));
        assertEquals(EnumSet.of(Check.K16), refused.refusals);
        var evidence = refused.consortium.records.get(1).evidence.getFirst();
        assertEquals(Check.K16, evidence.check());
        assertEquals(2, evidence.messages().size());
    }

    private static boolean droppedNeighbours(Adversary bad) {
        Consortium consortium = bad.consortium;
        List<long[]> x = inputs(bad);
        ContextFields context = bad.context(R, consortium.all(), MODEL);
        var vectors = new TreeMap<Integer, long[]>();
        var headers = uploads(bad, context, range(0), x, vectors);
        SiteSet neighbours = consortium.epoch().graph().neighbours(VICTIM);
        SiteSet included = consortium.all().minus(neighbours);
        var reveals = bad.ask(context, included, headers, range(0));
        Optional<Seed> b = bad.secret(reveals, VICTIM, SecretKind.SELF, R);
        if (b.isEmpty()) {
            return false;
        }
        var pairs = new TreeMap<Integer, Seed>();
        for (int site : neighbours.indices()) {
            Seed w = bad.secret(reveals, site, SecretKind.RECOVERY, R).orElseThrow();
            pairs.put(site, bad.pairSeeds(site, w, R).get(VICTIM));
        }
        long[] opened = Adversary.strip(VICTIM, context.ctx(), vectors.get(VICTIM), b.get(), pairs);
        return Arrays.equals(x.get(VICTIM), opened);
    }

    // A20: the victim alone is shown a cohort without its neighbours, so it adds no pair mask.

    @Test
    void a20ACohortWithoutItsNeighboursOpensTheVictimOnlyWithoutK15() {
        assertTrue(splitCohort(adversary(Check.K15)));
        Adversary refused = adversary();
        assertFalse(splitCohort(refused));
        assertEquals(EnumSet.of(Check.K15), refused.refusals);
    }

    private static boolean splitCohort(Adversary bad) {
        Consortium consortium = bad.consortium;
        List<long[]> x = inputs(bad);
        SiteSet neighbours = consortium.epoch().graph().neighbours(VICTIM);
        ContextFields shown = bad.context(R, consortium.all().minus(neighbours), MODEL);
        var alone = new TreeMap<Integer, long[]>();
        var own = uploads(bad, shown, List.of(VICTIM), x, alone);
        ContextFields context = bad.context(R, consortium.all(), MODEL);
        var others = new ArrayList<>(range(1));
        var headers = uploads(bad, context, others, x, new TreeMap<>());
        headers.putAll(own);
        var reveals = bad.ask(context, consortium.all(), headers, others);
        Optional<Seed> b = bad.secret(reveals, VICTIM, SecretKind.SELF, R);
        if (b.isEmpty()) {
            return false;
        }
        long[] opened = Adversary.strip(VICTIM, shown.ctx(), alone.get(VICTIM), b.get(), Map.of());
        return Arrays.equals(x.get(VICTIM), opened);
    }

    // K20: t is far below q here, so a certificate without a vote would let two statements be
    // opened.

    @Test
    void k20ThereIsNoPathWithoutAVoteOnTheSparseGraph() {
        Adversary bad = adversary();
        ContextFields context = bad.context(R, bad.consortium.all(), MODEL);
        var headers = uploads(bad, context, range(0), inputs(bad), new TreeMap<>());
        var certificate = bad.fastCert(context, bad.consortium.all(), headers);
        assertTrue(bad.reveal(certificate, range(0), Map.of()).isEmpty());
        assertEquals(EnumSet.of(Check.K20), bad.refusals);
    }
}
