package io.confide.coordinator.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Feature;
import io.confide.common.model.JobId;
import io.confide.common.model.Study;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.StudyView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

class SqliteTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final JobId JOB = new JobId(new UUID(1, 2));

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
    void whatWasWrittenIsThereAfterAReopen() throws Exception {
        try (var database = open(Map.of())) {
            fill(database);
        }
        try (var database = open(Map.of())) {
            var store = new JdbcJobStore(database);
            assertEquals(List.of(view(JobState.COMPLETED)), store.jobs());
            assertEquals(Optional.of(view(JobState.COMPLETED)), store.job(JOB));
            assertEquals(Optional.of(Bytes.ofHex("aabb")), store.plan(JOB));
            assertEquals(List.of(round()), store.rounds(JOB));
            assertEquals(List.of(event(2)), store.events(JOB, 1));
            assertEquals(
                    List.of(new StudyView("study", "purpose", "ada@example.org")), store.studies());
            assertEquals(List.of("card.md"), store.models().getFirst().files());
            assertEquals(Optional.of(Bytes.ofHex("11")), store.artifact(JOB, "card.md"));
            assertEquals(Optional.empty(), store.artifact(JOB, "other"));
            assertEquals(
                    Optional.empty(), store.modelState(hash(1)), "replaced by the slot's newer");
            assertEquals(Optional.of(Bytes.ofHex("02")), store.modelState(hash(2)));
        }
    }

    private static void fill(Database database) throws Exception {
        var store = new JdbcJobStore(database);
        store.insert(
                view(JobState.AWAITING_APPROVAL), Bytes.ofHex("aabb"), study(), Bytes.ofHex("cc"));
        var token =
                new JdbcLeases(database)
                        .take(JOB, "one", NOW, Duration.ofSeconds(10))
                        .orElseThrow();
        var log = new JdbcRoundLog(database);
        log.append(
                JOB,
                token,
                List.of(
                        new LogEntry.EventShown(event(1)),
                        new LogEntry.ModelMade("final", hash(1), Bytes.ofHex("01")),
                        new LogEntry.RoundEnded(round())));
        log.append(
                JOB,
                token,
                List.of(
                        new LogEntry.EventShown(event(2)),
                        new LogEntry.ModelMade("final", hash(2), Bytes.ofHex("02")),
                        new LogEntry.ArtifactsMade(
                                hash(2), NOW, Map.of("card.md", Bytes.ofHex("11"))),
                        new LogEntry.JobChanged(view(JobState.COMPLETED))));
    }

    @Test
    void aFullDiskIsOneSentenceAndLeavesNothingHalfWritten() throws Exception {
        try (var database = open(Map.of())) {
            new JdbcJobStore(database)
                    .insert(
                            view(JobState.TRAINING),
                            Bytes.ofHex("aabb"),
                            study(),
                            Bytes.ofHex("cc"));
        }
        try (var database = open(Map.of("max_page_count", "60"))) {
            var token =
                    new JdbcLeases(database)
                            .take(JOB, "one", NOW, Duration.ofSeconds(10))
                            .orElseThrow();
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

    private static Digest hash(int value) {
        return Digest.of(new byte[] {(byte) value});
    }

    private static EventView event(long sequence) {
        return new EventView(sequence, NOW, "state", Map.of("state", "TRAINING", "round", 3));
    }

    private static RoundView round() {
        return new RoundView(
                1,
                1,
                "train fold 0",
                List.of("a", "b", "c"),
                List.of("a", "b"),
                List.of(new DroppedView("c", "upload", "connection lost")),
                "DONE",
                0.25);
    }

    private static JobView view(JobState state) {
        boolean over = state == JobState.COMPLETED;
        return new JobView(
                JOB.toString(),
                "name",
                "study",
                "ada",
                state,
                hash(7).hex(),
                over ? Optional.empty() : Optional.of("waiting"),
                over ? 3 : 0,
                3,
                1,
                3,
                5,
                NOW,
                over ? Optional.of(NOW.plusSeconds(9)) : Optional.empty(),
                over ? Map.of("auc", 0.875) : Map.of(),
                Map.of("a", "permitted"),
                state == JobState.PAUSED ? Optional.of("grace") : Optional.empty(),
                Optional.of("00000000-0000-0001-0000-000000000001"));
    }

    private static Study study() {
        return new Study(
                "study",
                "purpose",
                "ada@example.org",
                new Study.Dictionary(
                        new Study.Label("label", "meaning"),
                        "id",
                        List.of(
                                new Feature(
                                        "f",
                                        Feature.Kind.NUMBER,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Feature.Transform.NONE,
                                        0,
                                        1)),
                        Study.Missing.ZERO_AFTER_SCALING));
    }
}
