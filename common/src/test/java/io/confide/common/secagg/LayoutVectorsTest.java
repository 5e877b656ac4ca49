package io.confide.common.secagg;

import static io.confide.common.secagg.ReferenceVectors.JOB;
import static io.confide.common.secagg.ReferenceVectors.filled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.crypto.Ed25519;
import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Section "layouts" of the reference vectors: bodies, policy, roster, Merkle paths. */
class LayoutVectorsTest {
    private static final JsonNode LAYOUTS = ReferenceVectors.section("layouts");
    private static final RoundFields ROUND = new RoundFields(JOB, filled("55"), 7);
    private static final SiteSet OPENED = SiteSet.of(7, List.of(0, 1, 2, 4, 6));
    private static final SiteSet INCLUDED = SiteSet.of(7, List.of(0, 1, 2, 4));

    @Test
    void writesAndReadsTheRoster() {
        Roster roster = roster();
        assertEquals(layout("roster"), roster.bytes().hex());
        assertEquals(layout("rosterHash"), roster.hash().hex());
        assertEquals(roster, Roster.parse(roster.bytes()).orElseThrow());
        assertEquals(3, roster.q());
        assertEquals(3, roster.t());
        assertEquals(3, roster.mMin());
        assertEquals(2, roster.indexOf(new SiteId("site2")).orElseThrow());
        assertTrue(roster.indexOf(new SiteId("site9")).isEmpty());
    }

    @Test
    void writesAndReadsThePolicy() {
        SecAggPolicy own =
                SecAggPolicy.completeGraph(
                        roster(), 3, SecAggPolicy.FastPath.ALLOWED, filled("88"), filled("89"));
        Bytes expected = Bytes.ofHex(layout("policy"));
        SecAggPolicy policy = SecAggPolicy.parse(expected).orElseThrow();
        assertEquals(expected, policy.bytes());
        assertEquals(layout("policyHash"), policy.hash().hex());
        assertEquals(SecAggPolicy.FastPath.ALLOWED, policy.fastPath());
        assertEquals(policy, own);
        int fast = expected.length() - 65;
        byte[] bytes = own.bytes().toArray();
        assertEquals(1, bytes[fast]);
        bytes[fast] = 0;
        assertEquals(
                SecAggPolicy.FastPath.REFUSED,
                SecAggPolicy.parse(Bytes.wrap(bytes)).orElseThrow().fastPath());
        bytes[fast] = 2;
        assertTrue(SecAggPolicy.parse(Bytes.wrap(bytes)).isEmpty());
    }

    @Test
    void writesTheProposalAndTheComplaint() {
        Digest roster = Digest.ofHex(layout("rosterHash"));
        Digest policy = Digest.ofHex(layout("policyHash"));
        var s0 = new S0Body(JOB, 3, 7, 2, roster, policy);
        var complaint = new ComplaintBody(filled("11"), 0, 1, ComplaintBody.Reason.SHARE);
        assertEquals(layout("s0"), s0.bytes().hex());
        assertEquals(s0, S0Body.parse(s0.bytes()).orElseThrow());
        assertEquals(layout("complaint"), complaint.bytes().hex());
        assertEquals(complaint, ComplaintBody.parse(complaint.bytes()).orElseThrow());
    }

    @Test
    void writesTheCertificates() {
        var context = new ContextFields(ROUND, filled("66"), filled("77"), filled("88"), OPENED);
        var cert = new CertBody(context, INCLUDED);
        var fast = new CertBody(context, OPENED);
        assertEquals(layout("cert"), cert.bytes().hex());
        assertEquals(cert, CertBody.parse(cert.bytes()).orElseThrow());
        assertEquals(layout("fastcert"), fast.fastBytes().hex());
        assertTrue(CertBody.parse(fast.fastBytes()).isEmpty());
    }

    @Test
    void writesAndSignsTheAbort() {
        Bytes abort = new AbortBody(ROUND, 2).bytes();
        SigningKey key = SigningKey.of(HexFormat.of().parseHex("a2".repeat(32)));
        Bytes signature = Bytes.ofHex(layout("sig_abort_A2"));
        assertEquals(layout("abort"), abort.hex());
        assertEquals(signature, key.sign(abort));
        assertTrue(Ed25519.verifies(key.publicKey(), abort, signature));
        assertFalse(Ed25519.verifies(key.publicKey(), new AbortBody(ROUND, 3).bytes(), signature));
    }

    @Test
    void writesTheBlameAndItsAnswer() {
        var answer =
                new BlameAnswerBody(
                        new BlameBody(ROUND, 4, SecretKind.RECOVERY),
                        2,
                        filled("bb").value(),
                        Merkle.path(sevenLeaves(), 2),
                        filled("cc"),
                        filled("dd"),
                        Merkle.path(sevenLeaves(), 6));
        assertEquals(layout("blame"), answer.question().bytes().hex());
        assertEquals(layout("blameAnswer"), answer.bytes().hex());
        assertEquals(answer.question(), BlameBody.parse(answer.question().bytes()).orElseThrow());
        assertEquals(answer, BlameAnswerBody.parse(answer.bytes()).orElseThrow());
    }

    @Test
    void findsTheRootsAndPathsOfTrees() {
        List<byte[]> leaves = sevenLeaves();
        assertEquals(layout("merkle0"), Merkle.root(List.of()).hex());
        assertEquals(layout("merkle7"), Merkle.root(leaves).hex());
        for (int leaf = 0; leaf < 7; leaf++) {
            Bytes path = Merkle.path(leaves, leaf);
            assertEquals(LAYOUTS.required("merkle7_path").required("" + leaf).asText(), path.hex());
            assertEquals(
                    layout("merkle7"), Merkle.rootOf(leaves.get(leaf), path).orElseThrow().hex());
        }
    }

    private static Roster roster() {
        var members =
                IntStream.range(0, 4)
                        .mapToObj(i -> new Roster.Member(new SiteId("site" + i), key(0xa0 + i)))
                        .toList();
        return new Roster(1, 1, key(0x9f), members);
    }

    private static Bytes key(int fill) {
        byte[] seed = new byte[32];
        java.util.Arrays.fill(seed, (byte) fill);
        return SigningKey.of(seed).publicKey();
    }

    private static List<byte[]> sevenLeaves() {
        return IntStream.range(0, 7)
                .mapToObj(leaf -> Digest.of(new byte[] {(byte) leaf}).value().toArray())
                .toList();
    }

    private static String layout(String name) {
        return LAYOUTS.required(name).asText();
    }
}
