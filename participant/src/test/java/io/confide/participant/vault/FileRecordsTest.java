package io.confide.participant.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.ReceiptJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.site.Check;
import io.confide.common.secagg.site.Receipt;
import io.confide.common.secagg.site.RoundOutcome;
import io.confide.common.secagg.site.SiteRecords;
import io.confide.common.secagg.site.SiteRecords.EpochRecord;
import io.confide.common.secagg.site.SiteRecords.Evidence;
import io.confide.common.secagg.site.SiteRecords.InputKey;
import io.confide.common.secagg.site.SiteRecords.LedgerRecord;
import io.confide.common.secagg.site.SiteRecords.RoundRecord;
import io.confide.common.secagg.site.SiteRecords.SumRecord;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** The contract of SiteRecords, kept over restarts and kills. */
class FileRecordsTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final JobId OTHER = JobId.of("10010203-0405-0607-0809-0a0b0c0d0e0f");

    @TempDir Path directory;
    private Home home;
    private FileRecords records;

    @BeforeEach
    void open() {
        home = new Home(directory);
        records = FileRecords.open(home);
    }

    @AfterEach
    void close() {
        records.close();
    }

    private void restart() {
        records.close();
        records = FileRecords.open(home);
    }

    @Test
    void knowsNothingAtFirst() {
        assertEquals(0, records.lastRound(JOB));
        assertEquals(0, records.lastEpoch(JOB));
        assertEquals(Optional.empty(), records.newestModel(JOB));
        assertEquals(List.of(), records.spentBy(inputs(1)));
    }

    @Test
    void remembersTheHighestRoundAndEpochOfEachJobOverARestart() {
        records.recordEpoch(new EpochRecord(JOB, 1, 1, 16));
        records.recordEpoch(new EpochRecord(JOB, 2, 8, 16));
        records.recordRound(round(JOB, 9, inputs(1)));
        records.recordRound(round(OTHER, 3, inputs(2)));
        restart();
        assertEquals(9, records.lastRound(JOB));
        assertEquals(2, records.lastEpoch(JOB));
        assertEquals(3, records.lastRound(OTHER));
        assertEquals(0, records.lastEpoch(OTHER));
    }

    @Test
    void inputsAreSpentForEveryJobAndForEver() {
        var first = round(JOB, 1, inputs(1));
        records.recordRound(first);
        records.recordOutcome(JOB, 1, RoundOutcome.TOO_FEW, Optional.empty());
        restart();
        assertEquals(List.of(first), records.spentBy(inputs(1)));
        var second = round(OTHER, 5, inputs(1));
        records.recordRound(second);
        restart();
        assertEquals(List.of(first, second), records.spentBy(inputs(1)));
        assertEquals(List.of(), records.spentBy(inputs(2)));
    }

    @Test
    void knowsTheSitesOfEverySumOfAJobOverARestart() {
        assertEquals(Set.of(), records.sums(JOB));
        records.recordSum(new SumRecord(JOB, 1, sites("a", "b", "c")));
        records.recordSum(new SumRecord(JOB, 4, sites("c", "b")));
        records.recordSum(new SumRecord(OTHER, 1, sites("a", "d")));
        restart();
        records.recordSum(new SumRecord(JOB, 7, sites("a", "b", "c")));
        assertEquals(Set.of(sites("a", "b", "c"), sites("b", "c")), records.sums(JOB));
        assertEquals(Set.of(sites("a", "d")), records.sums(OTHER));
        assertEquals(0, records.lastRound(JOB), "a sum alone is no upload");
    }

    private static Set<SiteId> sites(String... names) {
        return Arrays.stream(names).map(SiteId::new).collect(Collectors.toSet());
    }

    @Test
    void countsTheSeedsOfEachJobOverARestart() {
        assertEquals(0, records.seedsRevealed(JOB));
        records.recordSeed(JOB);
        records.recordSeed(JOB);
        records.recordSeed(OTHER);
        restart();
        records.recordSeed(JOB);
        assertEquals(3, records.seedsRevealed(JOB));
        assertEquals(1, records.seedsRevealed(OTHER));
    }

    @Test
    void keepsReceiptsInAFileOfTheirOwnWhateverACrashLeftInIt() throws IOException {
        var receipts = new Receipts(home);
        records.recordOutcome(JOB, 1, RoundOutcome.DONE, Optional.of(receipt(1)));
        Files.writeString(
                home.receipts().resolve(JOB + ".jsonl"),
                "\n{\"job\":\"torn",
                StandardOpenOption.APPEND);
        restart();
        records.recordOutcome(JOB, 2, RoundOutcome.DONE, Optional.of(receipt(2)));
        records.recordOutcome(JOB, 3, RoundOutcome.TOO_FEW, Optional.empty());
        assertEquals(List.of(JOB), receipts.jobs());
        assertEquals(
                List.of(receipt(1), receipt(2)),
                receipts.of(JOB).stream().map(ReceiptJson.Line::receipt).toList());
        assertEquals(List.of(), receipts.of(OTHER));
    }

    private static Receipt receipt(int number) {
        var none = new TreeMap<Integer, Bytes>();
        return new Receipt(
                signed(number),
                new TreeMap<>(),
                none,
                Optional.empty(),
                Bytes.wrap(new byte[64]),
                signed(number + 1));
    }

    @Test
    void keepsTheNewestModelResult() {
        records.recordModel(JOB, signed(1));
        records.recordModel(JOB, signed(2));
        restart();
        assertEquals(Optional.of(signed(2)), records.newestModel(JOB));
        assertEquals(Optional.empty(), records.newestModel(OTHER));
    }

    @Test
    void keepsTheFurthestLedgerOfEachKeyOverARestart() {
        var one = Bytes.copyOf(new byte[] {1});
        var two = Bytes.copyOf(new byte[] {2});
        records.recordLedgers(new LedgerRecord(JOB, Map.of(one, signed(1), two, signed(2))));
        records.recordLedgers(new LedgerRecord(OTHER, Map.of(two, signed(3))));
        restart();
        assertEquals(Optional.of(signed(1)), records.furthestLedger(one));
        assertEquals(Optional.of(signed(3)), records.furthestLedger(two));
        assertEquals(Optional.empty(), records.furthestLedger(Bytes.EMPTY));
    }

    @Test
    void evidenceCanBeReadWhileTheSiteRuns() {
        var evidence = new Evidence(JOB, Check.K7, 0, List.of(signed(1), signed(2)));
        records.recordRound(round(JOB, 8, inputs(1)));
        records.recordEvidence(evidence);
        assertEquals(List.of(evidence), FileRecords.evidence(home));
        assertEquals(List.of(), FileRecords.evidence(new Home(directory.resolve("other"))));
    }

    @Test
    void evidenceOfAnySizeIsKeptBesideTheRest() {
        var large = Bytes.wrap(new byte[300_000]);
        records.recordEvidence(
                new Evidence(JOB, Check.K12, 7, List.of(new SignedBody(large, large), signed(1))));
        records.recordRound(round(JOB, 8, inputs(1)));
        restart();
        assertEquals(8, records.lastRound(JOB));
    }

    @Test
    void killedAtEveryByteItKnowsAPrefixOfWhatWasRecorded() throws IOException {
        var keys = new ArrayList<InputKey>();
        for (int number = 1; number <= 5; number++) {
            keys.add(inputs(number));
            records.recordRound(round(JOB, number, inputs(number)));
        }
        records.close();
        byte[] whole = Files.readAllBytes(home.records());
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        for (int cut = 0; cut <= end; cut++) {
            Files.write(home.records(), Arrays.copyOf(whole, cut));
            records = FileRecords.open(home);
            int known = (int) records.lastRound(JOB);
            for (int number = 1; number <= 5; number++) {
                assertEquals(
                        number <= known,
                        !records.spentBy(keys.get(number - 1)).isEmpty(),
                        "cut at byte " + cut);
            }
            records.close();
        }
        Files.write(home.records(), whole);
        records = FileRecords.open(home);
        assertEquals(5, records.lastRound(JOB));
    }

    @Test
    void everyEntryComesBackFromItsBytes() {
        var entries =
                List.of(
                        new Entry.Epoch(new EpochRecord(JOB, 3, 9, 20)),
                        new Entry.Round(round(JOB, 4, inputs(6))),
                        new Entry.Sum(new SumRecord(JOB, 4, sites("one", "two"))),
                        new Entry.Ledgers(
                                new LedgerRecord(
                                        JOB,
                                        Map.of(
                                                signed(1).body(),
                                                signed(2),
                                                signed(3).body(),
                                                signed(4)))),
                        new Entry.Outcome(JOB, 4, RoundOutcome.INTEGRITY),
                        new Entry.Model(JOB, signed(5)),
                        new Entry.Contradiction(
                                new Evidence(JOB, Check.K15, 4, List.of(signed(1), signed(2)))));
        for (Entry entry : entries) {
            var bytes = EntryCodec.encode(entry);
            assertEquals(entry, EntryCodec.decode(bytes));
            for (int cut = 0; cut < bytes.length(); cut++) {
                var shorter = Bytes.wrap(Arrays.copyOf(bytes.toArray(), cut));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> EntryCodec.decode(shorter),
                        entry + " cut at " + shorter.length());
            }
        }
    }

    @Test
    void recordsOfAnUnknownKindAreRefusedWithASentence() {
        records.close();
        try (var journal =
                Journal.open(new Journal.Place(home.records(), "anything", ""), (_, _) -> {})) {
            byte[] unknown = new byte[17];
            unknown[0] = 99;
            journal.append(Bytes.wrap(unknown));
        }
        var refusal = assertThrows(ConfideException.class, () -> FileRecords.open(home));
        assertEquals(ErrorCode.BAD_FILE, refusal.code());
        assertTrue(refusal.getMessage().contains("another version"));
        home.records().toFile().delete();
        records = FileRecords.open(home);
    }

    @Test
    void inputsWithTheSameHashAreToldApartByTheirRecords() {
        var one = new InputKey(digest(1, 0), digest(2, 0), digest(3, 0));
        var other = new InputKey(digest(1, 9), digest(2, 0), digest(3, 0));
        var first = round(JOB, 4, one);
        var second = round(JOB, 5, other);
        var again = round(new JobId(new UUID(7, 7)), 6, one);
        List.of(first, second, again).forEach(records::recordRound);
        for (int life = 0; life < 2; life++) {
            assertEquals(List.of(first, again), records.spentBy(one));
            assertEquals(List.of(second), records.spentBy(other));
            assertEquals(
                    List.of(),
                    records.spentBy(new InputKey(digest(1, 5), digest(2, 0), digest(3, 0))));
            records.close();
            records = FileRecords.open(home);
        }
    }

    @Test
    void aRecordThatTheDiskHasLostSinceIsRefusedWhenItIsAskedFor() throws IOException {
        records.recordRound(round(JOB, 4, inputs(6)));
        byte[] whole = Files.readAllBytes(home.records());
        byte[] lost = whole.clone();
        lost[Journal.FILE_HEADER.length + Journal.RECORD_HEADER_BYTES + 20] ^= 1;
        Files.write(home.records(), lost);
        var refusal = assertThrows(ConfideException.class, () -> records.spentBy(inputs(6)));
        assertEquals(ErrorCode.BAD_FILE, refusal.code());
        Files.write(home.records(), whole);
        assertEquals(1, records.spentBy(inputs(6)).size());
    }

    /** Begins with {@code head}, which is all that the index sees of it, and ends with {@code tail}. */
    private static Digest digest(int head, int tail) {
        byte[] value = new byte[32];
        value[0] = (byte) head;
        value[31] = (byte) tail;
        return new Digest(Bytes.wrap(value));
    }

    private static InputKey inputs(int number) {
        return new InputKey(
                Digest.of(new byte[] {(byte) number}),
                Digest.of(new byte[] {1, 2}),
                Digest.of(new byte[] {3}));
    }

    private static RoundRecord round(JobId job, long round, InputKey inputs) {
        return new SiteRecords.RoundRecord(
                job,
                Digest.of(new byte[] {9}).value(),
                Digest.of(new byte[] {8}),
                7,
                2,
                5,
                Bytes.wrap(new byte[] {0x7f}),
                round,
                inputs,
                signed((int) round));
    }

    private static SignedBody signed(int number) {
        return new SignedBody(
                Bytes.wrap(new byte[] {(byte) number, 2, 3}), Bytes.wrap(new byte[64]));
    }
}
