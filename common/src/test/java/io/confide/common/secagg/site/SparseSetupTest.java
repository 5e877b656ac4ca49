package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.Hellos;
import io.confide.common.secagg.CoordinatorMessage.Kems;
import io.confide.common.secagg.CoordinatorMessage.Proposal;
import io.confide.common.secagg.CoordinatorMessage.Summary;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.S0Body;
import io.confide.common.secagg.S2Body;
import io.confide.common.secagg.S3Body;
import io.confide.common.secagg.S5Body;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** K1 to K6 where the sparse graph makes them differ; site 0 of thirty. */
class SparseSetupTest {
    private static final int TEN_PERCENT = 100_000;
    private static final int SITES = 30;

    private final Consortium consortium = Consortium.sparse(SITES, 3, TEN_PERCENT, 5);
    private final EpochSetup setup =
            new EpochSetup(consortium.terms(1, 1, 2), consortium.all(), consortium.coordinator);

    /** Runs the set-up until site 0 is to get a message of {@code type}, and returns it undelivered. */
    private <M extends CoordinatorMessage> M upTo(Class<M> type) {
        var waiting = new ArrayDeque<>(setup.begin());
        Optional<M> held = Optional.empty();
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            if (next.site() == 0 && type.isInstance(next.message())) {
                held = Optional.of(type.cast(next.message()));
            } else if (held.isEmpty() || next.site() != 0) {
                Reaction reaction = consortium.deliver(next.site(), next.message());
                if (reaction instanceof Reaction.Send send) {
                    setup.accept(next.site(), send.message());
                }
                waiting.addAll(setup.advance());
            }
        }
        return held.orElseThrow();
    }

    // K1

    @Test
    void k1TheSiteComputesTheWholePolicyItself() {
        SecAggPolicy good = consortium.policy;
        for (SecAggPolicy wrong :
                List.of(
                        with(good, good.k() - 2, good.t(), good.q(), good.deltaPpm()),
                        with(good, good.k() + 2, good.t(), good.q(), good.deltaPpm()),
                        with(good, good.k(), good.t() - 1, good.q(), good.deltaPpm()),
                        with(good, good.k(), good.t() + 1, good.q(), good.deltaPpm()),
                        with(good, good.k(), good.t(), good.q() - 1, good.deltaPpm()),
                        with(good, good.k(), good.t(), good.q(), 400_000),
                        with(good, good.k(), good.t(), good.q(), 1_000_001),
                        with(good, 0, good.t(), good.q(), good.deltaPpm()))) {
            assertEquals(Check.K1, consortium.refusedBy(0, proposal(consortium, wrong)));
        }
        assertInstanceOf(Reaction.Send.class, consortium.deliver(0, proposal(consortium, good)));
    }

    @Test
    void k1ASparseGraphIsForRostersAboveTheLimitOfTheSite() {
        Consortium careful = Consortium.of(SITES, 3);
        assertEquals(Check.K1, careful.refusedBy(0, proposal(careful, sparse(careful))));
    }

    @Test
    void k1AboveTwoHundredSitesThereIsNoCompleteGraph() {
        Consortium large = Consortium.sparse(201, 20, TEN_PERCENT, 6);
        SecAggPolicy good = large.policy;
        SecAggPolicy complete = with(good, 0, good.q(), good.q(), 0);
        assertEquals(Check.K1, large.refusedBy(0, proposal(large, complete)));
        assertInstanceOf(Reaction.Send.class, large.deliver(0, proposal(large, good)));
    }

    private static SecAggPolicy sparse(Consortium consortium) {
        return SecAggPolicy.sparseGraph(
                        consortium.roster,
                        TEN_PERCENT,
                        3,
                        Digest.of(Consortium.CODEC),
                        Digest.of(Consortium.CONFIG))
                .orElseThrow();
    }

    private static SecAggPolicy with(SecAggPolicy good, int k, int t, int q, int deltaPpm) {
        return new SecAggPolicy(
                good.n(),
                good.colluders(),
                good.gammaPpm(),
                deltaPpm,
                k,
                t,
                q,
                good.mMin(),
                good.sMin(),
                good.mDiff(),
                good.fastPath(),
                good.codecHash(),
                good.archHash());
    }

    private static Proposal proposal(Consortium consortium, SecAggPolicy policy) {
        var roster = consortium.roster;
        var s0 = new S0Body(Consortium.JOB, 1, 1, 2, roster.hash(), policy.hash());
        Bytes body = s0.bytes();
        return new Proposal(
                Consortium.JOB,
                new SignedBody(body, consortium.coordinator.sign(body)),
                roster.bytes(),
                policy.bytes());
    }

    // K2

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void k2TheThousandAndTwentyFifthSeedOfAJobIsRefused(boolean tooMany) {
        Hellos hellos = upTo(Hellos.class);
        var seeds = consortium.records.get(0).seeds;
        seeds.put(Consortium.JOB, tooMany ? 1024 : 1023);
        if (tooMany) {
            assertEquals(Check.K2, consortium.refusedBy(0, hellos));
        } else {
            consortium.answer(SiteMessage.Seed.class, 0, hellos);
            consortium.answer(SiteMessage.Seed.class, 0, hellos);
        }
        assertEquals(1024, seeds.get(Consortium.JOB));
    }

    @Test
    void k2TheCompleteGraphNeedsNoCount() {
        Consortium complete = Consortium.of(5, 1);
        complete.setUp(1, 1, 2);
        assertEquals(0, complete.records.get(0).seedsRevealed(Consortium.JOB));
    }

    // K4

    @Test
    void k4EncapsulationsAreForNeighboursAndFromNeighbours() {
        Kems good = upTo(Kems.class);
        NeighbourGraph graph = graph();
        int neighbour = graph.neighbours(0).indices().getFirst();
        int stranger = consortium.all().minus(graph.around(0)).stream().findFirst().orElseThrow();
        var fewer = new TreeMap<>(good.s3());
        fewer.remove(neighbour);
        assertEquals(
                Check.K4, consortium.refusedBy(0, new Kems(good.job(), fewer, good.ciphertexts())));
        var more = new TreeMap<>(good.s3());
        more.put(stranger, good.s3().get(neighbour));
        assertEquals(
                Check.K4, consortium.refusedBy(0, new Kems(good.job(), more, good.ciphertexts())));
        S3Body body = S3Body.parse(good.s3().get(neighbour).body()).orElseThrow();
        var hashes = new TreeMap<>(body.ciphertextHashes());
        int far =
                consortium.all().minus(graph.around(neighbour)).stream()
                        .filter(site -> site > neighbour)
                        .findFirst()
                        .orElseThrow();
        hashes.put(far, Digest.of(new byte[] {1}));
        Bytes wider = new S3Body(body.t1(), neighbour, hashes).bytes();
        var changed = new TreeMap<>(good.s3());
        changed.put(
                neighbour, new SignedBody(wider, consortium.identities.get(neighbour).sign(wider)));
        var sent = new Kems(good.job(), changed, good.ciphertexts());
        var deal = consortium.answer(SiteMessage.Deal.class, 0, sent);
        assertEquals(
                new ComplaintBody(body.t1(), neighbour, 0, ComplaintBody.Reason.KEM),
                ComplaintBody.parse(deal.complaints().getFirst().body()).orElseThrow());
        assertEquals(
                Set.copyOf(graph.neighbours(0).minus(consortium.set(neighbour)).indices()),
                deal.parts().keySet());
    }

    // K6

    @Test
    void k6AnotherDigestOfAStrangerGivesAnotherT3ThatNobodyElseConfirms() {
        Summary good = upTo(Summary.class);
        NeighbourGraph graph = graph();
        int stranger = consortium.all().minus(graph.around(0)).stream().findFirst().orElseThrow();
        var short4 = new TreeMap<>(good.digests());
        short4.put(stranger, good.digests().get(stranger).subList(0, 3));
        var digests = new TreeMap<>(good.digests());
        List<Bytes> four = good.digests().get(stranger);
        Bytes other = Digest.of(new byte[] {1}).value();
        digests.put(stranger, List.of(four.get(0), four.get(1), other, four.get(3)));
        var first = new TreeMap<>(good.digests());
        first.put(stranger, List.of(other, four.get(1), four.get(2), four.get(3)));
        for (var wrong : List.of(short4, first)) {
            var summary = new Summary(good.job(), wrong, good.accepted(), good.complaints());
            assertEquals(Check.K6, consortium.refusedBy(0, summary));
        }
        var lie = new Summary(good.job(), digests, good.accepted(), good.complaints());
        var confirm = consortium.answer(SiteMessage.Confirm.class, 0, lie);
        S5Body mine = S5Body.parse(confirm.s5().body()).orElseThrow();
        assertNotEquals(t3OfOthers(), mine.t3());
        for (Addressed last : setup.closeStep()) {
            if (last.site() == 0) {
                assertEquals(Check.K7, consortium.refusedBy(0, last.message()));
            }
        }
        assertEquals(Optional.empty(), consortium.epochOf(0));
    }

    private NeighbourGraph graph() {
        List<S2Body> seeds =
                consortium
                        .view
                        .received(SiteMessage.Seed.class)
                        .map(entry -> S2Body.parse(entry.getValue().s2().body()).orElseThrow())
                        .toList();
        var openings = new TreeMap<Integer, Bytes>();
        seeds.forEach(body -> openings.put(body.site(), body.rho()));
        return NeighbourGraph.of(
                consortium.policy,
                consortium.all(),
                () -> SetupLayout.graphSeed(seeds.getFirst().t1(), openings));
    }

    private Digest t3OfOthers() {
        return consortium
                .view
                .received(SiteMessage.Confirm.class)
                .filter(entry -> entry.getKey() == 1)
                .map(entry -> S5Body.parse(entry.getValue().s5().body()).orElseThrow().t3())
                .findFirst()
                .orElseThrow();
    }
}
