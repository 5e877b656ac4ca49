package io.confide.coordinator.jdbc;

import static io.confide.coordinator.jdbc.StoredJob.JOB;
import static io.confide.coordinator.jdbc.StoredJob.NOW;
import static io.confide.coordinator.jdbc.StoredJob.event;
import static io.confide.coordinator.jdbc.StoredJob.hash;
import static io.confide.coordinator.jdbc.StoredJob.round;
import static io.confide.coordinator.jdbc.StoredJob.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.StudyView;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people read of jobs, on every database. */
abstract class JobStoreContract {
    /** Opens the same database each time. */
    abstract Database open();

    @Test
    void whatWasWrittenIsThereAfterAReopen() throws Exception {
        try (var database = open()) {
            fill(database);
        }
        try (var database = open()) {
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
        var token = StoredJob.submitted(database);
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
    void aRetryDoesNotTakeAStudyBackToWhatItWas() {
        try (var database = open()) {
            var store = new JdbcJobStore(database);
            StoredJob.insert(store);
            database.update("UPDATE study SET purpose = 'a newer one'", _ -> {});
            store.insert(
                    StoredJob.retried(), Bytes.ofHex("aabb"), StoredJob.study(), Bytes.ofHex("cc"));
            assertEquals(2, store.jobs().size());
            assertTrue(store.jobs().contains(StoredJob.retried()));
            assertEquals("a newer one", store.studies().getFirst().purpose());
        }
    }

    @Test
    void itSaysWhetherItTakesWrites() {
        try (var database = open()) {
            assertTrue(database.answers());
            assertTrue(database.writes());
            assertTrue(database.writes());
            assertEquals(
                    List.of(0),
                    database.query(
                            "SELECT count(*) FROM write_probe", _ -> {}, row -> row.getInt(1)));
        }
    }
}
