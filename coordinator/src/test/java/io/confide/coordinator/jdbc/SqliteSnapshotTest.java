package io.confide.coordinator.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

class SqliteSnapshotTest {
    private static final String ADD = "INSERT INTO write_probe (filler) VALUES (?)";
    private static final String COUNT = "SELECT count(*) FROM write_probe";

    @TempDir Path directory;

    private Path source() {
        return directory.resolve("confide.db");
    }

    private static Database open(Path file) {
        return Database.open("jdbc:sqlite:" + file);
    }

    private static int rows(Path file) {
        try (var database = open(file)) {
            return database.query(COUNT, _ -> {}, row -> row.getInt(1)).getFirst();
        }
    }

    /** Rows are added in twos: a copy of half a transaction would have an odd number. */
    @Test
    void aCopyIsOfWholeTransactionsWhileOthersWrite() throws Exception {
        try (var database = open(source())) {
            var over = new AtomicBoolean();
            var begun = new CountDownLatch(50);
            var writer =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!over.get()) {
                                            addTwo(database);
                                            begun.countDown();
                                        }
                                    });
            begun.await();
            int before = 0;
            for (int copy = 0; copy < 5; copy++) {
                var to = directory.resolve("copy-" + copy);
                assertEquals(Database.SCHEMA, SqliteSnapshot.take(source(), to));
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(to)));
                int rows = rows(to);
                assertEquals(0, rows % 2);
                assertTrue(rows > before, "a commit that was there is in the copy");
                before = rows;
            }
            over.set(true);
            writer.join();
        }
    }

    private static void addTwo(Database database) {
        database.inTransaction(
                connection -> {
                    Database.update(connection, ADD, row -> row.setString(1, "one"));
                    return Database.update(connection, ADD, row -> row.setString(1, "other"));
                });
    }

    @Test
    void whatIsNoSoundDatabaseIsNotCopied() throws Exception {
        open(source()).close();
        var bytes = Files.readAllBytes(source());
        Arrays.fill(bytes, 4096, bytes.length, (byte) 0xa5);
        var damaged = Files.write(directory.resolve("damaged"), bytes);
        var text = Files.writeString(directory.resolve("text"), "no database ".repeat(1000));
        var empty = Files.createFile(directory.resolve("empty"));
        for (var file : List.of(damaged, text, empty)) {
            var failure =
                    assertThrows(
                            ConfideException.class,
                            () ->
                                    SqliteSnapshot.take(
                                            file, directory.resolve("of-" + file.getFileName())));
            assertEquals(ErrorCode.BAD_FILE, failure.code());
            assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
        }
    }

    @Test
    void tablesOfANewerVersionAreLeftAlone() {
        try (var database = open(source())) {
            database.update(
                    "INSERT INTO flyway_schema_history (installed_rank, version, description, type,"
                            + " script, checksum, installed_by, installed_on, execution_time,"
                            + " success) SELECT 99, '099', 'later', type, 'V099__later.sql', 1,"
                            + " installed_by, installed_on, 1, success FROM flyway_schema_history"
                            + " WHERE installed_rank = 1",
                    _ -> {});
        }
        var failure = assertThrows(ConfideException.class, () -> open(source()));
        assertEquals(ErrorCode.BAD_FILE, failure.code());
        assertTrue(
                failure.getMessage()
                        .contains("its schema is 099, this version knows " + Database.SCHEMA),
                failure.getMessage());
    }
}
