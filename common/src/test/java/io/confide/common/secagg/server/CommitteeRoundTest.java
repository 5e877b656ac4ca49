package io.confide.common.secagg.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.server.Acceptance.Reason;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The coordinator's side of a round of a thousand sites up to its certificate; the set-up did not happen. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommitteeRoundTest {
    private static final int N = 1000;
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final Bytes BYTES = Bytes.copyOf(new byte[] {1});
    private static final SiteSet AWAY = SiteSet.of(N, List.of(17, 400, 999));
    private static final SiteSet INCLUDED = SiteSet.all(N).minus(AWAY);

    private final List<SigningKey> identities = new ArrayList<>();
    private NeighbourGraph graph;
    private ReadyEpoch epoch;
    private SigningKey coordinator;

    @BeforeAll
    void drawsAThousandIdentities() throws NoSuchAlgorithmException {
        var random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(10);
        coordinator = SigningKey.generate(random);
        var members = new ArrayList<Roster.Member>();
        for (int i = 0; i < N; i++) {
            identities.add(SigningKey.generate(random));
            members.add(new Roster.Member(new SiteId("site" + i), identities.get(i).publicKey()));
        }
        var roster = new Roster(1, 100, coordinator.publicKey(), members);
        var policy =
                SecAggPolicy.sparseGraph(roster, 100_000, 3, Digest.ZERO, Digest.ZERO)
                        .orElseThrow();
        graph = NeighbourGraph.of(policy, SiteSet.all(N), () -> Digest.of(new byte[] {4}));
        epoch =
                new ReadyEpoch(
                        new EpochTerms(JOB, 1, 1, 16, roster, policy),
                        RosterKeys.of(roster),
                        Digest.ZERO,
                        Digest.ZERO,
                        graph,
                        new TreeMap<>());
    }

    private RoundProtocol collected() {
        var round =
                new RoundProtocol(
                        epoch,
                        new RoundOpening(
                                1,
                                SiteSet.all(N),
                                BYTES,
                                BYTES,
                                new VectorBody.Inline(BYTES),
                                Digest.of(BYTES),
                                1,
                                Instant.parse("2030-01-01T00:00:00Z"),
                                Optional.empty(),
                                List.of()),
                        coordinator);
        var context = OpenBody.parse(round.open().body().body()).orElseThrow().context();
        for (int site : INCLUDED.indices()) {
            long[] words = {site};
            var header = new HeaderBody(context.round(), site, context.ctx(), VectorHash.of(words));
            assertEquals(
                    new Acceptance.Accepted(),
                    round.fold(
                            site, signed(site, header.bytes()), Bytes.wrap(Words.toBytes(words))));
        }
        return round;
    }

    private SignedBody signed(int site, Bytes body) {
        return new SignedBody(body, identities.get(site).sign(body));
    }

    private Bytes statement(RoundProtocol round) {
        var context = OpenBody.parse(round.open().body().body()).orElseThrow().context();
        var leaves = new ArrayList<byte[]>();
        for (int site : INCLUDED.indices()) {
            Digest hash = VectorHash.of(new long[] {site});
            leaves.add(RoundLayout.leaf(site, hash).value().toArray());
        }
        Digest root = RoundLayout.root(INCLUDED.size(), Merkle.root(leaves));
        return RoundLayout.statement(context.round(), context.ctx(), INCLUDED, root);
    }

    @Test
    void aSiteIsShownWhatItChecksAndTheCommitteeAloneSigns() {
        RoundProtocol round = collected();
        var propose = round.propose().orElseThrow();
        assertEquals(Optional.empty(), round.fastCert());
        assertEquals(graph.signers().sites(), round.signers());
        requireShown(5, round.addressed(5, propose).headers());
        Bytes statement = statement(round);
        int outsider =
                SiteSet.all(N).minus(graph.signers().sites()).stream().findFirst().orElseThrow();
        assertEquals(
                new Acceptance.Rejected(Reason.UNEXPECTED),
                round.sign(outsider, signature(outsider, statement)));
        int signed = 0;
        for (int site : graph.signers().sites().indices()) {
            assertEquals(signed >= 59, round.cert().isPresent(), signed + " signatures");
            assertEquals(new Acceptance.Accepted(), round.sign(site, signature(site, statement)));
            signed++;
        }
        CoordinatorMessage.Cert cert = round.cert().orElseThrow();
        assertEquals(59, cert.signatures().size());
        requireShown(400, round.addressed(400, cert).headers());
    }

    private SiteMessage.Sign signature(int site, Bytes statement) {
        return new SiteMessage.Sign(JOB, 1, identities.get(site).sign(statement));
    }

    private void requireShown(int receiver, java.util.SortedMap<Integer, UploadProof> headers) {
        SiteSet checked = graph.around(receiver).intersect(INCLUDED);
        assertEquals(Set.copyOf(checked.indices()), headers.keySet());
        var roots = new ArrayList<Digest>();
        headers.forEach(
                (site, proof) -> {
                    Digest leaf = RoundLayout.leaf(site, new Digest(proof.vectorHash()));
                    roots.add(
                            Merkle.rootOf(leaf.value().toArray(), proof.rootPath()).orElseThrow());
                });
        assertEquals(1, Set.copyOf(roots).size());
    }

    @Test
    void aRoundIsGivenUpByTheQuorumOfTheCommittee() {
        var failed = collected().result(ResultBody.Status.NO_SHARES, Digest.ZERO);
        var desk = new AbortDesk(epoch, 1, failed);
        assertEquals(graph.signers().sites(), desk.missing());
        var fields = new RoundFields(JOB, Digest.ZERO, 1);
        int promised = 0;
        for (int site = 0; site < N; site++) {
            var body = new AbortBody(fields, site).bytes();
            var taken = desk.accept(site, new SiteMessage.Abort(JOB, signed(site, body)));
            boolean signs = graph.signers().sites().contains(site);
            assertEquals(signs, taken instanceof Acceptance.Accepted, "site " + site);
            promised += signs ? 1 : 0;
            assertEquals(promised >= 59, desk.certificate().isPresent(), promised + " aborts");
        }
        var signers = graph.signers();
        assertTrue(
                desk.certificate()
                        .orElseThrow()
                        .proves(fields, signers.sites(), signers.quorum(), epoch.keys()));
    }
}
