package io.confide.participant.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class JournalTest {
    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("state/records");
    }

    @Test
    void givesBackWhatWasAppendedInOrder() {
        append("one", "two", "three");
        assertEquals(List.of("one", "two", "three"), contents());
    }

    @Test
    void keepsItsRecordsOverManyRestarts() {
        for (int restart = 0; restart < 5; restart++) {
            append("record " + restart);
        }
        assertEquals(
                List.of("record 0", "record 1", "record 2", "record 3", "record 4"), contents());
    }

    @Test
    void growsBeyondItsFirstAllocation() {
        var large = "x".repeat(200_000);
        append(large, large, large);
        assertEquals(List.of(large, large, large), contents());
    }

    @Test
    void aFileCutAtAnyByteGivesThePrefixOfWholeRecords() throws IOException {
        append("one", "two", "three");
        byte[] whole = Files.readAllBytes(file);
        int[] ends = recordEnds("one", "two", "three");
        for (int cut = 0; cut <= ends[2]; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            int at = cut;
            long expected = Arrays.stream(ends).filter(end -> end <= at).count();
            assertEquals(
                    List.of("one", "two", "three").subList(0, (int) expected),
                    contents(),
                    "cut at byte " + cut);
        }
    }

    @Test
    void aRecordWrittenOnlyInPartIsCutOffAndItsPlaceIsUsedAgain() throws IOException {
        append("one", "two");
        byte[] whole = Files.readAllBytes(file);
        int[] ends = recordEnds("one", "two");
        for (int torn = ends[0]; torn < ends[1]; torn++) {
            byte[] content = whole.clone();
            Arrays.fill(content, torn, ends[1], (byte) 0);
            Files.write(file, content);
            append("three");
            assertEquals(List.of("one", "three"), contents(), "torn at byte " + torn);
        }
    }

    @Test
    void aDamagedRecordBeforeAWholeOneIsRefused() throws IOException {
        append("one", "two", "three");
        byte[] whole = Files.readAllBytes(file);
        int[] ends = recordEnds("one", "two", "three");
        for (int damaged = ends[0]; damaged < ends[1]; damaged++) {
            byte[] content = whole.clone();
            content[damaged] ^= 0x40;
            Files.write(file, content);
            var refusal = assertThrows(ConfideException.class, this::contents);
            assertEquals(ErrorCode.BAD_FILE, refusal.code());
            assertTrue(refusal.getMessage().contains("damaged at byte " + ends[0]));
        }
    }

    @Test
    void anotherFileInItsPlaceIsRefused() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "this is no journal at all");
        assertEquals(
                ErrorCode.BAD_FILE, assertThrows(ConfideException.class, this::contents).code());
    }

    @Test
    void canBeReadWhileItIsWritten() {
        assertEquals(List.of(), read());
        try (var journal = Journal.open(kept(), (_, _) -> {})) {
            journal.append(bytes("one"));
            assertEquals(List.of(bytes("one")), read());
            journal.append(bytes("two"));
            assertEquals(List.of(bytes("one"), bytes("two")), read());
        }
    }

    @Test
    void isReadableByItsOwnerOnly() throws IOException {
        append("one");
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
    }

    @Test
    void afterAFullDiskNothingMoreIsWrittenAndTheSentenceSaysSo() throws IOException {
        append("one");
        var disk = new FailingChannel(PrivateFiles.openChannel(file));
        try (var journal = Journal.open(kept(), disk, (_, _) -> {})) {
            disk.fail();
            var refusal = assertThrows(ConfideException.class, () -> journal.append(bytes("two")));
            assertEquals(ErrorCode.DISK_FULL, refusal.code());
            assertTrue(refusal.getMessage().contains("free disk space"));
            disk.recover();
            assertTrue(journal.broken());
            assertThrows(ConfideException.class, () -> journal.append(bytes("three")));
        }
        assertEquals(List.of("one"), contents());
    }

    @Test
    void killedAtAnyWriteTheAcknowledgedRecordsAreThere() throws IOException {
        for (int allowed = 0; allowed < 400; allowed += 7) {
            Files.deleteIfExists(file);
            var disk = new FailingChannel(openFresh());
            var acknowledged = new ArrayList<String>();
            try (var journal = Journal.open(kept(), disk, (_, _) -> {})) {
                disk.failAfterBytes(allowed);
                for (int record = 0; record < 10; record++) {
                    journal.append(bytes("record number " + record));
                    acknowledged.add("record number " + record);
                }
            } catch (ConfideException _) {
                // The process would die here.
            }
            var found = contents();
            assertEquals(acknowledged, found.subList(0, acknowledged.size()));
            assertTrue(found.size() <= acknowledged.size() + 1);
        }
    }

    @Test
    void aFileOfManyPiecesComesBackWholeWithARecordOverEveryBorder() {
        var random = new Random(1);
        var places = new ArrayList<Long>();
        var written = new ArrayList<Bytes>();
        try (var journal = Journal.open(kept(), (_, _) -> {})) {
            for (long size = 0; size < 3L * JournalScan.PIECE_BYTES; ) {
                byte[] payload = new byte[1 + random.nextInt(Journal.RECORD_BYTES_MAX)];
                random.nextBytes(payload);
                size += payload.length;
                written.add(Bytes.wrap(payload));
                places.add(journal.append(written.getLast()));
            }
        }
        var found = new ArrayList<Bytes>();
        var at = new ArrayList<Long>();
        Journal.Replay replay =
                (place, record) -> {
                    at.add(place);
                    found.add(record);
                };
        try (var journal = Journal.open(kept(), replay)) {
            assertEquals(written, found);
            assertEquals(places, at);
            for (int i = places.size() - 1; i >= 0; i--) {
                assertEquals(written.get(i), journal.at(places.get(i)));
            }
        }
    }

    @Test
    void damageFarBeforeTheLastRecordIsFoundOverPieces() throws IOException {
        var large = Bytes.wrap(new byte[Journal.RECORD_BYTES_MAX]);
        var places = new ArrayList<Long>();
        try (var journal = Journal.open(kept(), (_, _) -> {})) {
            for (int i = 0; i < 6; i++) {
                places.add(journal.append(large));
            }
        }
        byte[] content = Files.readAllBytes(file);
        for (int damaged = 0; damaged < 5; damaged++) {
            byte[] changed = content.clone();
            int at = Math.toIntExact(places.get(damaged)) + Journal.RECORD_HEADER_BYTES + 7;
            changed[at] = 1;
            Files.write(file, changed);
            var refusal = assertThrows(ConfideException.class, this::contents);
            assertTrue(
                    refusal.getMessage().contains("damaged at byte " + places.get(damaged)),
                    refusal.getMessage());
        }
    }

    @Test
    void aRecordThatIsNotThereAnyMoreIsNotRead() throws IOException {
        append("one", "two");
        try (var journal = Journal.open(kept(), (_, _) -> {})) {
            long first = Journal.FILE_HEADER.length;
            assertEquals(bytes("one"), journal.at(first));
            long past = Files.size(file);
            for (long wrong : new long[] {0, first + 1, past - 5, past, past + 100}) {
                assertEquals(
                        ErrorCode.BAD_FILE,
                        assertThrows(ConfideException.class, () -> journal.at(wrong)).code());
            }
        }
    }

    private List<Bytes> read() {
        var records = new ArrayList<Bytes>();
        Journal.read(kept(), (_, record) -> records.add(record));
        return records;
    }

    private java.nio.channels.FileChannel openFresh() throws IOException {
        PrivateFiles.createDirectory(file.getParent());
        return PrivateFiles.openChannel(file);
    }

    private void append(String... records) {
        try (var journal = Journal.open(kept(), (_, _) -> {})) {
            for (String record : records) {
                journal.append(bytes(record));
            }
        }
    }

    private Journal.Place kept() {
        return new Journal.Place(file, "anything", "Look for a copy.");
    }

    private List<String> contents() {
        var records = new ArrayList<String>();
        Journal.open(kept(), (_, record) -> records.add(new String(record.toArray()))).close();
        return records;
    }

    private static int[] recordEnds(String... records) {
        int[] ends = new int[records.length];
        int at = Journal.FILE_HEADER.length;
        for (int record = 0; record < records.length; record++) {
            at += Journal.RECORD_HEADER_BYTES + records[record].length();
            ends[record] = at;
        }
        return ends;
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes());
    }
}
