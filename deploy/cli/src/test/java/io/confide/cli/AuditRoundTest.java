package io.confide.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.crypto.SigningKey;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.Segment;
import io.confide.common.files.AuditJson;
import io.confide.common.files.RosterDocument;
import io.confide.common.files.RosterFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.audit.AuditRecord;
import io.confide.common.secagg.audit.CertifiedRound;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The record of a round that is written down here by hand, without the code of either side: four sites, of which the last one
 * dropped out, C = 0, q = 3.
 */
class AuditRoundTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final int LEAF_WORDS = VectorHash.LEAF_BYTES / Words.BYTES;
    private static final SiteSet INCLUDED = SiteSet.of(4, List.of(0, 1, 2));

    private final SecureRandom random = new SecureRandom();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path folder;

    private final SigningKey coordinator = SigningKey.generate(random);
    private final List<SigningKey> keys = new ArrayList<>();
    private final SortedMap<Integer, Seed> self = new TreeMap<>();
    private final SortedMap<Integer, Seed> pairs = new TreeMap<>();
    private Codec codec = counts(40);
    private long[] sum = new long[codec.words()];
    private RosterDocument roster = new RosterDocument(1, 0, Bytes.EMPTY, List.of());

    @BeforeEach
    void fourSites() throws IOException {
        var members = new ArrayList<RosterDocument.Member>();
        for (String site : List.of("basel", "lyon", "oslo", "turin")) {
            keys.add(SigningKey.generate(random));
            members.add(
                    new RosterDocument.Member(
                            new SiteId(site), Bytes.copyOf(keys.getLast().publicKey().toArray())));
        }
        roster = new RosterDocument(1, 0, Bytes.copyOf(coordinator.publicKey().toArray()), members);
        Files.write(folder.resolve("roster.json"), RosterFile.bytes(roster).toArray());
    }

    private static Codec counts(int length) {
        return Codec.of(List.of(new Segment.Counts("rows", length)), 4);
    }

    /** What site {@code i} uploads, masked towards the others as PROTOCOL.md §3.3 says. */
    private List<long[]> inputs() {
        var inputs = new ArrayList<long[]>();
        sum = new long[codec.words()];
        for (int site = 0; site < 3; site++) {
            long[] input = new long[codec.words()];
            for (int word = 0; word < input.length; word++) {
                boolean canary = word == input.length - 1 || word % LEAF_WORDS == LEAF_WORDS - 1;
                input[word] = canary ? 1 : 100L * site + word;
                sum[word] += input[word];
            }
            self.put(site, Seed.generate(random));
            pairs.put(site, Seed.generate(random));
            MaskStream.add(self.get(site), input, 0, input.length);
            // The lower index of a pair adds its mask: the dropped site has the highest.
            MaskStream.add(pairs.get(site), input, 0, input.length);
            inputs.add(input);
        }
        for (int low = 0; low < 3; low++) {
            for (int high = low + 1; high < 3; high++) {
                var between = Seed.generate(random);
                MaskStream.add(between, inputs.get(low), 0, sum.length);
                MaskStream.subtract(between, inputs.get(high), 0, sum.length);
            }
        }
        return inputs;
    }

    private AuditRecord record() {
        var inputs = inputs();
        var context =
                new ContextFields(
                        new RoundFields(JOB, Digest.of(new byte[] {1}), 7),
                        Digest.of(new byte[] {2}),
                        Digest.of(new byte[] {3}),
                        codec.hash(),
                        SiteSet.all(4));
        var headers = new TreeMap<Integer, UploadProof>();
        var hashes = new TreeMap<Integer, Digest>();
        var vectors = new ArrayList<StoredVector>();
        for (int site = 0; site < 3; site++) {
            var vector = StoredVector.of(Bytes.wrap(Words.toBytes(inputs.get(site))));
            var hash = VectorHash.of(vector);
            var header = new HeaderBody(context.round(), site, context.ctx(), hash).bytes();
            headers.put(site, new UploadProof(hash.value(), keys.get(site).sign(header)));
            hashes.put(site, hash);
            vectors.add(vector);
        }
        var statement =
                RoundLayout.statement(
                        context.round(), context.ctx(), INCLUDED, RoundLayout.root(hashes));
        int leaf =
                RoundLayout.auditedLeaf(
                        Digest.of(statement), VectorHash.leaves(vectors.getFirst().length()));
        var leaves = new TreeMap<Integer, LeafProof>();
        var signatures = new TreeMap<Integer, Bytes>();
        for (int site = 0; site < 3; site++) {
            leaves.put(site, VectorHash.proof(vectors.get(site), leaf));
            signatures.put(site, keys.get(site).sign(statement));
        }
        var result =
                new ResultBody(
                        context.round(), Digest.of(statement), Digest.ZERO, ResultBody.Status.DONE);
        return new AuditRecord(
                roster.roster().bytes(),
                new CertifiedRound.Signed(
                        signed(new CertBody(context, INCLUDED).bytes()),
                        headers,
                        signatures,
                        signed(result.bytes())),
                codec.bytes(),
                leaves,
                self,
                new TreeMap<>(Map.of(3, pairs)),
                Bytes.wrap(
                        Words.toBytes(
                                Arrays.copyOfRange(
                                        sum,
                                        leaf * LEAF_WORDS,
                                        Math.min(sum.length, (leaf + 1) * LEAF_WORDS)))));
    }

    private SignedBody signed(Bytes body) {
        return new SignedBody(body, coordinator.sign(body));
    }

    private int verify(AuditRecord record, long round, String... more) throws IOException {
        var entry = new AuditJson.Entry(JOB, round, record);
        Files.write(folder.resolve("audit.json"), AuditJson.bytes(entry).toArray());
        var arguments = new ArrayList<>(List.of("audit", "verify", "round"));
        arguments.add(folder.resolve("audit.json").toString());
        arguments.addAll(List.of("--roster", folder.resolve("roster.json").toString()));
        arguments.addAll(List.of(more));
        return run(arguments);
    }

    private int run(List<String> arguments) {
        out.reset();
        err.reset();
        return Confide.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Terminal.Look.PLAIN,
                        100),
                Map.of("CONFIDE_LOG_DIR", folder.toString()),
                arguments.toArray(String[]::new));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static AuditRecord with(
            AuditRecord real, SortedMap<Integer, LeafProof> leaves, Bytes sum) {
        return new AuditRecord(
                real.roster(),
                real.signed(),
                real.codec(),
                leaves,
                real.selfSeeds(),
                real.pairSeeds(),
                sum);
    }

    @Test
    void anHonestRecordPassesAndSaysWhatThatDoesNotShow() throws IOException {
        var record = record();
        assertEquals(0, verify(record, 7), out() + err);
        assertTrue(out().contains("included       basel, lyon, oslo"), out());
        assertTrue(out().contains("3 signed, 3 needed"), out());
        assertTrue(out().contains("number 1 of 1, 41 words"), out());
        assertTrue(
                out().contains(
                                "Shown: the leaves that the included sites signed, each once, and"
                                        + " the seeds in this record give the sum in this record."),
                out());
        // Three self seeds, three of pairs.
        assertTrue(out().contains("finds false ones that pass in about 2^21 tries"), out());
        assertTrue(out().contains("convicts no liar"), out());
        assertTrue(out().contains("Not shown: that the result"), out());
        assertFalse(out().contains("leaves. Mistakes"), out());
        assertEquals(0, verify(record, 7, "--json", "--round", "7", "--job", JOB.toString()));
        assertTrue(out().contains("\"passed\" : true"), out());
        assertTrue(out().contains("\"resultShown\" : false"), out());
        assertTrue(out().contains("\"bitsToForge\" : 21"), out());
    }

    @Test
    void ofTheOtherLeavesItClaimsNothingAgainstACoordinatorThatLies() throws IOException {
        codec = counts(2 * LEAF_WORDS);
        assertEquals(0, verify(record(), 7), out() + err);
        assertTrue(
                out().contains(
                                "Not shown: the other 2 leaves. Mistakes in a fraction f of the"
                                        + " leaves that do not depend on which one is audited are"
                                        + " found by a audits with the chance 1 - (1 - f)^a. A"
                                        + " coordinator that lies knows which one is audited before"
                                        + " it takes off any mask, and can falsify the others"
                                        + " unseen."),
                out());
        assertTrue(out().contains("in about 2^21 tries"), out());
    }

    @Test
    void everyWayToFailIsASentenceAndStatusOne() throws IOException {
        var real = record();
        long[] other = sum.clone();
        other[0]++;
        var wrong = with(real, real.leaves(), Bytes.wrap(Words.toBytes(other)));
        assertEquals(1, verify(wrong, 7));
        assertTrue(out().contains("is not the sum of the leaves of the included sites."), out());
        var fewer = new TreeMap<>(real.leaves());
        fewer.remove(1);
        assertEquals(1, verify(with(real, fewer, real.sum()), 7));
        assertTrue(out().contains("incomplete: the part of lyon is missing"), out());
        assertFalse(out().contains("Shown:"), out());
        assertEquals(1, verify(real, 8));
        assertTrue(out().contains("of another round than the record says."), out());
        assertEquals(1, verify(real, 7, "--round", "8"));
        assertTrue(out().contains("another round than the one that was asked for."), out());
        assertEquals(1, verify(with(real, fewer, real.sum()), 7, "--json"));
        assertTrue(out().contains("\"missing\" : [ \"lyon\" ]"), out());
    }

    @Test
    void anotherRosterAnotherFileAndAWrongCallAreRefused() throws IOException {
        var real = record();
        var raised =
                new RosterDocument(
                        2, roster.colluders(), roster.coordinatorKey(), roster.members());
        Files.write(folder.resolve("roster.json"), RosterFile.bytes(raised).toArray());
        assertEquals(1, verify(real, 7));
        assertTrue(out().contains("over another roster"), out());
        var file = folder.resolve("roster.json").toString();
        assertEquals(1, run(List.of("audit", "verify", "round", file, "--roster", file)));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("no record for the audit"));
        assertEquals(
                2, run(List.of("audit", "verify", "round", "--receipts", file, "--site", "lyon")));
        assertEquals(
                2,
                run(
                        List.of(
                                "audit",
                                "verify",
                                "round",
                                file,
                                "--receipts",
                                file,
                                "--site",
                                "lyon")));
    }
}
