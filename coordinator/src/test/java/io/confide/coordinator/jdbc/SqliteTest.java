package io.confide.coordinator.jdbc;

import static io.confide.coordinator.jdbc.StoredJob.JOB;
import static io.confide.coordinator.jdbc.StoredJob.event;
import static io.confide.coordinator.jdbc.StoredJob.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LogEntry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class SqliteTest {
    @TempDir Path directory;

    private Database open(Map<String, String> properties) {
        return Database.open("jdbc:sqlite:" + directory.resolve("confide.db"), properties);
    }

    @Test
    void commitsAreForcedToDiskAndReadersDoNotBlockTheWriter() {
        try (var database = open(Map.of())) {
            assertEquals(List.of("wal"), pragma(database, "journal_mode"));
            assertEquals(List.of("2"), pragma(database, "synchronous"), "2 is FULL");
            assertTrue(database.answers());
        }
    }

    private static List<String> pragma(Database database, String name) {
        return database.query("PRAGMA " + name, row -> {}, row -> row.getString(1));
    }

    @Test
    void aFullDiskIsOneSentenceAndLeavesNothingHalfWritten() throws Exception {
        FencingToken token;
        try (var database = open(Map.of())) {
            token = StoredJob.submitted(database);
        }
        try (var database = open(Map.of("max_page_count", "60"))) {
            var log = new JdbcRoundLog(database);
            var failure =
                    assertThrows(
                            ConfideException.class,
                            () ->
                                    log.append(
                                            JOB,
                                            token,
                                            List.of(
                                                    new LogEntry.EventShown(event(1)),
                                                    new LogEntry.ModelMade(
                                                            "final",
                                                            hash(1),
                                                            Bytes.wrap(new byte[1 << 20])))));
            assertEquals(ErrorCode.DISK_FULL, failure.code());
            assertFalse(failure.getMessage().contains("\n"));
            var store = new JdbcJobStore(database);
            assertEquals(List.of(), store.events(JOB, 0), "the event before the blob as well");
            // Room for a small entry is still there.
            log.append(JOB, token, List.of(new LogEntry.EventShown(event(1))));
            assertEquals(1, store.events(JOB, 0).size());
        }
    }

    @Test
    void aDatabaseWithoutRoomAnswersButDoesNotWrite() {
        open(Map.of()).close();
        try (var database = open(Map.of("max_page_count", "1"))) {
            assertTrue(database.answers());
            assertFalse(database.writes());
        }
        try (var database = open(Map.of())) {
            assertTrue(database.writes());
            assertEquals(
                    List.of(0),
                    database.query(
                            "SELECT count(*) FROM write_probe", _ -> {}, row -> row.getInt(1)));
        }
    }

    @Test
    void aDatabaseThatCannotBeOpenedSaysWhere() {
        var failure =
                assertThrows(
                        ConfideException.class,
                        () ->
                                Database.open(
                                        "jdbc:sqlite:" + directory.resolve("no/such/folder/x.db")));
        assertEquals(ErrorCode.BAD_FILE, failure.code());
        assertTrue(failure.getMessage().contains("no/such/folder"));
    }
}
