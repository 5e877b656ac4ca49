package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SiteSet;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * K15 and K19 at one site of a thousand, where a committee signs: 104 neighbours, a committee of 86 with a quorum of 59.
 * The set-up did not happen; the vote needs no secret.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommitteeVoteTest {
    private static final int N = 1000;
    private static final int SELF = 0;
    private static final RoundFields ROUND = new RoundFields(Consortium.JOB, Digest.ZERO, 1);
    private static final SiteSet AWAY = SiteSet.of(N, List.of(17, 400, 999));

    private final List<SigningKey> identities = new ArrayList<>();
    private final ContextFields context =
            new ContextFields(ROUND, Digest.ZERO, Digest.ZERO, Digest.ZERO, SiteSet.all(N));
    private final SiteSet included = SiteSet.all(N).minus(AWAY);
    private SiteSetting setting;
    private SecAggPolicy policy;
    private NeighbourGraph graph;
    private SortedMap<Integer, UploadProof> good;

    @BeforeAll
    void drawsAThousandIdentities() {
        var random = Consortium.seeded(9);
        var members = new ArrayList<Roster.Member>();
        for (int i = 0; i < N; i++) {
            identities.add(SigningKey.generate(random));
            members.add(new Roster.Member(new SiteId("site" + i), identities.get(i).publicKey()));
        }
        var roster = new Roster(1, 100, SigningKey.generate(random).publicKey(), members);
        policy =
                SecAggPolicy.sparseGraph(roster, 100_000, 3, Digest.ZERO, Digest.ZERO)
                        .orElseThrow();
        graph = NeighbourGraph.of(policy, SiteSet.all(N), () -> Digest.of(new byte[] {3}));
        setting =
                new SiteSetting(
                        Consortium.JOB,
                        SELF,
                        identities.get(SELF),
                        roster,
                        Digest.ZERO,
                        Digest.ZERO,
                        new SiteLimits(16, Duration.ofMinutes(1), 3, 100),
                        new SiteSetting.Ports(
                                new MemoryRecords(),
                                new MemoryRecords(),
                                _ -> ModelRules.Verdict.PERMITTED,
                                random,
                                InstantSource.fixed(Consortium.NOW)));
        good = headers(tree(UnaryOperator.identity()));
    }

    private RoundVote vote(Check... off) {
        var facts =
                new SiteEpoch.EpochFacts(Digest.ZERO, 1, 1, 1, SELF, SiteSet.all(N), graph, policy);
        var nothing = new RoundTable(new byte[32], 32, 1);
        var secrets =
                new SiteEpoch.EpochSecrets(nothing, new TreeMap<>(), new TreeMap<>(), nothing);
        return new RoundVote(
                setting,
                ActiveChecks.without(setting.roster(), Set.of(off)),
                new SiteEpoch(facts, secrets, new TreeMap<>()),
                context);
    }

    private static Digest vector(int site) {
        return Digest.of(Bytes.wrap(new byte[] {(byte) site, (byte) (site >> Byte.SIZE)}));
    }

    private UploadProof header(int site) {
        var body = new HeaderBody(ROUND, site, context.ctx(), vector(site));
        return new UploadProof(vector(site).value(), identities.get(site).sign(body.bytes()));
    }

    /** The leaves of U3 in roster order, changed by the coordinator as it likes. */
    private Merkle.Tree tree(UnaryOperator<List<byte[]>> change) {
        var leaves = new ArrayList<byte[]>();
        for (int site : included.indices()) {
            leaves.add(RoundLayout.leaf(site, vector(site)).value().toArray());
        }
        return Merkle.Tree.of(change.apply(leaves));
    }

    private SortedMap<Integer, UploadProof> headers(Merkle.Tree tree) {
        var headers = new TreeMap<Integer, UploadProof>();
        for (int site : graph.checkedBy(SELF, included).indices()) {
            headers.put(site, withPath(header(site), tree, site));
        }
        return headers;
    }

    private UploadProof withPath(UploadProof header, Merkle.Tree tree, int site) {
        Bytes path = tree.path(included.indices().indexOf(site));
        return new UploadProof(header.vectorHash(), header.signature(), path);
    }

    private Optional<UploadProof> own() {
        return Optional.of(header(SELF));
    }

    @Test
    void k25AHeaderWithoutItsPathIsRefused() {
        var without = new TreeMap<>(good);
        without.put(good.lastKey(), header(good.lastKey()));
        var refused =
                assertThrows(
                        RefusedException.class,
                        () -> vote().checkHeaders(included, without, own()));
        assertEquals(Check.K25, refused.check());
    }

    private void requireRefused(SortedMap<Integer, UploadProof> headers) {
        var refused =
                assertThrows(
                        RefusedException.class,
                        () -> vote().checkHeaders(included, headers, own()));
        assertEquals(Check.K15, refused.check());
    }

    @Test
    void k15TheStatementFollowsFromTheNeighboursHeadersAndTheirPaths() throws RefusedException {
        var hashes = new TreeMap<Integer, Digest>();
        included.stream().forEach(site -> hashes.put(site, vector(site)));
        Digest root = RoundLayout.root(included.size(), tree(UnaryOperator.identity()).root());
        assertEquals(
                RoundLayout.statement(ROUND, context.ctx(), included, root),
                vote().checkHeaders(included, good, own()));
        assertEquals(N - 3, included.size());
        assertEquals(graph.neighbours(SELF).minus(AWAY).size() + 1, good.size());
    }

    @Test
    void k15OnlyTheNeighboursHeadersAreTakenAndAllOfThem() {
        int neighbour = good.lastKey();
        int stranger = included.minus(graph.around(SELF)).stream().findFirst().orElseThrow();
        var fewer = new TreeMap<>(good);
        fewer.remove(neighbour);
        requireRefused(fewer);
        var more = new TreeMap<>(good);
        more.put(stranger, withPath(header(stranger), tree(UnaryOperator.identity()), stranger));
        requireRefused(more);
        var forged = new TreeMap<>(good);
        UploadProof theirs = header(stranger);
        forged.put(
                neighbour,
                new UploadProof(
                        vector(neighbour).value(),
                        theirs.signature(),
                        good.get(neighbour).rootPath()));
        requireRefused(forged);
    }

    @Test
    void k15AllPathsLeadToOneRoot() {
        int neighbour = good.lastKey();
        int place = included.indices().indexOf(neighbour);
        Merkle.Tree other =
                tree(
                        leaves -> {
                            leaves.set(place == 0 ? 1 : 0, new byte[32]);
                            return leaves;
                        });
        var split = new TreeMap<>(good);
        split.put(neighbour, withPath(header(neighbour), other, neighbour));
        requireRefused(split);
        Merkle.Tree lacking =
                tree(
                        leaves -> {
                            leaves.set(place, new byte[32]);
                            return leaves;
                        });
        requireRefused(headers(lacking));
    }

    @Test
    void k19TheQuorumIsThatOfTheCommittee() throws RefusedException {
        assertEquals(59, graph.signers().quorum());
        assertEquals(86, graph.signers().sites().size());
        Bytes statement = vote().checkHeaders(included, good, own());
        List<Integer> committee = graph.signers().sites().indices();
        vote().checkQuorum(statement, signed(statement, committee.subList(0, 59)));
        var tooFew = new ArrayList<>(committee.subList(0, 58));
        SiteSet.all(N).minus(graph.signers().sites()).stream().limit(600).forEach(tooFew::add);
        var signatures = signed(statement, tooFew);
        var refused =
                assertThrows(
                        RefusedException.class, () -> vote().checkQuorum(statement, signatures));
        assertEquals(Check.K19, refused.check());
        vote(Check.K19).checkQuorum(statement, signatures);
    }

    private SortedMap<Integer, Bytes> signed(Bytes statement, List<Integer> sites) {
        var signatures = new TreeMap<Integer, Bytes>();
        sites.forEach(site -> signatures.put(site, identities.get(site).sign(statement)));
        return signatures;
    }
}
