package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.Segment;
import io.confide.common.files.AuditJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.audit.AuditRecord;
import io.confide.common.secagg.audit.CertifiedRound;
import io.confide.common.secagg.audit.SumCheck;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** One leaf of a sum is recomputed from what the coordinator keeps, and no mistake in it goes unnoticed. N = 5, C = 1. */
class SumAuditTest {
    private static final int N = 5;
    private static final String WRONG_SUM =
            "The coordinator's leaf of the sum is not the sum of the leaves of the included sites.";
    private static final String WRONG_SEED =
            "The seeds in the record do not open the leaf: one of them is wrong or missing.";

    private static Codec counts(int length) {
        return Codec.of(List.of(new Segment.Counts("rows", length)), N);
    }

    /** A round of a job that is audited, up to its signed result. */
    private record Audited(Consortium consortium, HonestRound round, AuditRecord record) {
        static Audited of(Consortium consortium, long number, HonestRound.Path path, int uploads) {
            var reach = new ArrayList<>(HonestRound.everybody(N));
            for (int site = uploads; site < N; site++) {
                reach.set(site, HonestRound.Reach.NO_UPLOAD);
            }
            return of(consortium, HonestRound.of(consortium, number, reach).via(path));
        }

        static Audited of(Consortium consortium, HonestRound round) {
            assertEquals(ResultBody.Status.DONE, round.untilResult().status());
            var result = round.round().result(ResultBody.Status.DONE, Digest.ZERO);
            consortium.all().indices().forEach(site -> consortium.deliver(site, result));
            return new Audited(consortium, round, round.round().audit(result).orElseThrow());
        }

        SumCheck.Checked check(AuditRecord changed) {
            return new SumCheck(consortium.roster).check(changed);
        }

        SumCheck.Facts passes() {
            var checked = check(record);
            assertTrue(checked.passed(), checked::toString);
            return checked.facts().orElseThrow();
        }

        void refused(String sentence, AuditRecord changed) {
            var checked = check(changed);
            assertFalse(checked.passed());
            assertEquals(List.of(sentence), checked.problems());
        }
    }

    private static Audited voted() {
        var consortium = Consortium.audited(N, 1, counts(40));
        consortium.setUp(1, 1, 4);
        return Audited.of(consortium, 1, HonestRound.Path.VOTED, 4);
    }

    private static AuditRecord with(AuditRecord real, SortedMap<Integer, LeafProof> leaves) {
        return new AuditRecord(
                real.roster(),
                real.signed(),
                real.codec(),
                leaves,
                real.selfSeeds(),
                real.pairSeeds(),
                real.sum());
    }

    private static AuditRecord with(AuditRecord real, CertifiedRound.Signed signed) {
        return new AuditRecord(
                real.roster(),
                signed,
                real.codec(),
                real.leaves(),
                real.selfSeeds(),
                real.pairSeeds(),
                real.sum());
    }

    private static AuditRecord seeds(
            AuditRecord real,
            SortedMap<Integer, Seed> self,
            SortedMap<Integer, SortedMap<Integer, Seed>> pairs) {
        return new AuditRecord(
                real.roster(), real.signed(), real.codec(), real.leaves(), self, pairs, real.sum());
    }

    /** The coordinator's sum with {@code factor} times {@code more} added. */
    private static AuditRecord plus(AuditRecord real, long factor, long[] more) {
        long[] sum = Words.fromBytes(real.sum().toArray());
        for (int word = 0; word < sum.length; word++) {
            sum[word] += factor * more[word];
        }
        return new AuditRecord(
                real.roster(),
                real.signed(),
                real.codec(),
                real.leaves(),
                real.selfSeeds(),
                real.pairSeeds(),
                Bytes.wrap(Words.toBytes(sum)));
    }

    @Test
    void theLeafFollowsFromTheStatementAsAnUnsignedNumber() {
        // SHA-256(S_r) of note 20 §8.1: u64 0x9c3025b249f2b723, above 2^63.
        var known =
                new Digest(
                        Bytes.ofHex(
                                "9c3025b249f2b723f16b29fd6e422b06b664e556f8e5b6e969233b9a848bce7b"));
        assertEquals(0, RoundLayout.auditedLeaf(known, 1));
        assertEquals(1, RoundLayout.auditedLeaf(known, 3));
        assertEquals(2, RoundLayout.auditedLeaf(known, 5));
        assertEquals(267, RoundLayout.auditedLeaf(known, 1000));
        assertEquals(5923, RoundLayout.auditedLeaf(known, 8192));
    }

    @Test
    void anHonestRecordPassesOnBothPathsAndWithDroppedSites() {
        var consortium = Consortium.audited(N, 1, counts(40));
        consortium.setUp(1, 1, 4);
        var voted = Audited.of(consortium, 1, HonestRound.Path.VOTED, 4);
        var facts = voted.passes();
        assertEquals(CertifiedRound.Agreement.VOTED, facts.round().agreement());
        assertEquals(consortium.set(0, 1, 2, 3), facts.round().included());
        assertEquals(Set.of(0, 1, 2, 3), voted.record().selfSeeds().keySet());
        assertEquals(Set.of(0, 1, 2, 3), voted.record().pairSeeds().get(4).keySet());
        var fast = Audited.of(consortium, 2, HonestRound.Path.FAST, N);
        assertEquals(CertifiedRound.Agreement.EVERYBODY, fast.passes().round().agreement());
        assertTrue(fast.record().pairSeeds().isEmpty());
        assertEquals(41, fast.passes().words());
        assertEquals(1, fast.passes().leaves());
    }

    @Test
    void oneOfSeveralLeavesIsShownWithItsCanaryAndNoOther() {
        var codec = counts(2 * Consortium.LEAF_WORDS + 5);
        var consortium = Consortium.audited(N, 1, codec);
        consortium.setUp(1, 1, 64);
        var seen = new TreeMap<Integer, Audited>();
        for (long number = 1; number <= 64 && (seen.isEmpty() || seen.lastKey() == 0); number++) {
            var audited = Audited.of(consortium, number, HonestRound.Path.VOTED, 4);
            seen.put(audited.passes().leaf(), audited);
        }
        var audited = seen.lastEntry().getValue();
        int leaf = seen.lastKey();
        assertTrue(leaf > 0, "a leaf after the first");
        int words = leaf == 2 ? codec.words() - 2 * Consortium.LEAF_WORDS : Consortium.LEAF_WORDS;
        assertEquals(words, audited.passes().words());
        assertEquals(3, audited.passes().leaves());
        long[] expected = new long[words];
        for (int site = 0; site < 4; site++) {
            for (int word = 0; word < words; word++) {
                expected[word] +=
                        audited.round().inputs().get(site)[leaf * Consortium.LEAF_WORDS + word];
            }
        }
        assertEquals(Bytes.wrap(Words.toBytes(expected)), audited.record().sum());
        assertEquals(4, expected[words - 1]);
        audited.record()
                .leaves()
                .values()
                .forEach(proof -> assertEquals(words * Words.BYTES, proof.leaf().length()));
        audited.refused(WRONG_SUM, plus(audited.record(), 1, unit(words, words / 2)));
    }

    private static long[] unit(int words, int at) {
        long[] unit = new long[words];
        unit[at] = 1;
        return unit;
    }

    @Test
    void aSumThatIsNotThatOfTheIncludedInputsIsRefused() {
        var audited = voted();
        var record = audited.record();
        audited.passes();
        long[] one = audited.round().inputs().get(2);
        audited.refused(WRONG_SUM, plus(record, -1, one));
        audited.refused(WRONG_SUM, plus(record, 1, one));
        audited.refused(WRONG_SUM, plus(record, 7, unit(41, 3)));
        // Into the canary: what is recomputed has the right one.
        audited.refused(WRONG_SUM, plus(record, 1, unit(41, 40)));
    }

    @Test
    void aLeafThatIsNotTheUploadedOneIsRefused() {
        var audited = voted();
        var record = audited.record();
        var swapped = new TreeMap<>(record.leaves());
        swapped.put(1, record.leaves().get(2));
        String sentence =
                "What the record shows of site1 is not leaf 0 of the input that it signed.";
        audited.refused(sentence, with(record, swapped));
        var path = new TreeMap<>(record.leaves());
        path.put(
                1,
                new LeafProof(
                        record.leaves().get(1).leaf(),
                        Bytes.ofHex("00000001" + "00" + "11".repeat(32))));
        audited.refused(sentence, with(record, path));
        var changed = new TreeMap<>(record.leaves());
        byte[] bytes = record.leaves().get(1).leaf().toArray();
        bytes[0]++;
        changed.put(1, new LeafProof(Bytes.wrap(bytes), record.leaves().get(1).path()));
        audited.refused(sentence, with(record, changed));
        var more = new TreeMap<>(record.leaves());
        more.put(4, record.leaves().get(1));
        audited.refused(
                "The record has a leaf of a site that is not in the sum.", with(record, more));
    }

    @Test
    void aPartThatNobodyHandsOverIsNamedAndTheRoundNeverPasses() {
        var audited = voted();
        var fewer = new TreeMap<>(audited.record().leaves());
        fewer.remove(3);
        var checked = audited.check(with(audited.record(), fewer));
        assertFalse(checked.passed());
        assertEquals(List.of(new SiteId("site3")), checked.missing());
        assertEquals(List.of(), checked.problems());
    }

    @Test
    void wrongMissingAndForeignSeedsAreRefused() {
        var audited = voted();
        var record = audited.record();
        var other = new TreeMap<>(record.selfSeeds());
        other.put(0, record.selfSeeds().get(1));
        audited.refused(WRONG_SEED, seeds(record, other, record.pairSeeds()));
        audited.refused(WRONG_SEED, seeds(record, record.selfSeeds(), new TreeMap<>()));
        var pairs = new TreeMap<>(record.pairSeeds());
        var of4 = new TreeMap<>(pairs.get(4));
        of4.put(0, record.selfSeeds().get(0));
        pairs.put(4, of4);
        audited.refused(WRONG_SEED, seeds(record, record.selfSeeds(), pairs));
        String foreign = "The seeds in the record are not those that belong to this round's sites.";
        var fewer = new TreeMap<>(record.selfSeeds());
        fewer.remove(0);
        audited.refused(foreign, seeds(record, fewer, record.pairSeeds()));
        var between = new TreeMap<>(record.pairSeeds());
        between.put(3, of4);
        audited.refused(foreign, seeds(record, record.selfSeeds(), between));
        var outside = new TreeMap<>(record.pairSeeds());
        outside.put(99, of4);
        audited.refused(foreign, seeds(record, record.selfSeeds(), outside));
    }

    @Test
    void whatBelongsToAnotherRoundRosterOrCodecIsRefused() {
        var audited = voted();
        var record = audited.record();
        var next = Audited.of(audited.consortium(), 2, HonestRound.Path.VOTED, 4);
        var signed = record.signed();
        audited.refused(
                "The result is not that of the certified sum.",
                with(
                        record,
                        new CertifiedRound.Signed(
                                signed.certificate(),
                                signed.headers(),
                                signed.signatures(),
                                next.record().result())));
        var mixed = next.check(with(record, next.record().signed()));
        assertEquals(4, mixed.problems().size(), mixed::toString);
        var few = new TreeMap<>(signed.signatures());
        while (few.size() >= audited.consortium().roster.q()) {
            few.remove(few.firstKey());
        }
        audited.refused(
                "Only 3 of the 4 signatures needed under the list of included sites are valid.",
                with(
                        record,
                        new CertifiedRound.Signed(
                                signed.certificate(), signed.headers(), few, signed.result())));
        var foreign = Consortium.of(N, 2);
        assertEquals(
                List.of("The record is over another roster than the one to check against."),
                new SumCheck(foreign.roster).check(record).problems());
        audited.refused(
                "The codec in the record is not that of the certified round.",
                new AuditRecord(
                        record.roster(),
                        signed,
                        counts(41).bytes(),
                        record.leaves(),
                        record.selfSeeds(),
                        record.pairSeeds(),
                        record.sum()));
        audited.refused(
                "The certificate or the result is not readable.",
                with(
                        record,
                        new CertifiedRound.Signed(
                                new SignedBody(Bytes.EMPTY, Bytes.EMPTY),
                                signed.headers(),
                                signed.signatures(),
                                signed.result())));
    }

    /** The sum that false seeds give: all that is left to tell is the canary. */
    @Test
    void seedsAndSumThatWereChangedTogetherAreRefusedByTheCanary() {
        var audited = voted();
        var record = audited.record();
        var real = record.selfSeeds().get(0);
        var lie = Seed.generate(new SecureRandom());
        long[] difference = MaskStream.words(real, 0, 41);
        MaskStream.subtract(lie, difference, 0, 41);
        var self = new TreeMap<>(record.selfSeeds());
        self.put(0, lie);
        audited.refused(WRONG_SEED, plus(seeds(record, self, record.pairSeeds()), 1, difference));
        // A mask too few, and the sum that still has it in it.
        var of4 = new TreeMap<>(record.pairSeeds().get(4));
        long[] mask = MaskStream.words(of4.remove(0), 0, 41);
        var pairs = new TreeMap<>(record.pairSeeds());
        pairs.put(4, of4);
        audited.refused(WRONG_SEED, plus(seeds(record, record.selfSeeds(), pairs), 1, mask));
    }

    @Test
    void falseSeedsCostWhatTheOneCanaryCostsHoweverLongTheLeafIs() {
        for (int length : new int[] {1, 40}) {
            var consortium = Consortium.audited(N, 1, counts(length));
            consortium.setUp(1, 1, 2);
            // Four self masks and four of pairs, in lists that are joined by twos three times.
            assertEquals(
                    16,
                    Audited.of(consortium, 1, HonestRound.Path.VOTED, 4).passes().bitsToForge());
        }
        var known = Map.of(1, 64, 3, 32, 5, 21, 8, 16, 200, 8);
        var round = voted().passes().round();
        known.forEach(
                (seeds, bits) ->
                        assertEquals(
                                bits, new SumCheck.Facts(round, 0, 1, 41, seeds).bitsToForge()));
    }

    @Test
    void aRecordComesBackEqualFromItsJson() {
        var audited = voted();
        var entry = new AuditJson.Entry(Consortium.JOB, 1, audited.record());
        var bytes = AuditJson.bytes(entry);
        assertTrue(AuditJson.isOne(bytes));
        assertEquals(entry, AuditJson.parse(bytes));
        var text = new String(bytes.toArray(), StandardCharsets.UTF_8);
        var other = Bytes.wrap(text.replace("audit/1", "audit/2").getBytes(StandardCharsets.UTF_8));
        assertFalse(AuditJson.isOne(other));
        assertThrows(IllegalArgumentException.class, () -> AuditJson.parse(other));
    }

    @Test
    void theSeedsAreThoseOfThisContextAndNotTheSecretsBehindThem() {
        var audited = voted();
        var behind = new HashSet<Bytes>();
        audited.consortium()
                .view
                .received(SiteMessage.Deal.class)
                .forEach(
                        deal -> {
                            deal.getValue()
                                    .secrets()
                                    .forEach(
                                            secret -> {
                                                behind.add(secret.selfHash());
                                                behind.add(secret.recoveryHash());
                                            });
                            deal.getValue().pairSeedHashes().values().forEach(behind::addAll);
                        });
        var seeds = new ArrayList<>(audited.record().selfSeeds().values());
        seeds.addAll(audited.record().pairSeeds().get(4).values());
        assertEquals(8, seeds.size());
        assertEquals(N * 4 * 2 + N * 4 * 4 / 2, behind.size());
        seeds.forEach(seed -> assertFalse(behind.contains(seed.digest().value())));
    }
}
