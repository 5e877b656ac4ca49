package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/** A database that fails in the middle of a running job. */
class FailingStoreTest {
    @TempDir Path directory;

    @Test
    void aFullDiskFailsTheJobWithOneSentenceAndKeepsWholeRoundsOnly() {
        String id;
        try (var coordinator = new StoredCoordinator(directory, Map.of("max_page_count", "140"))) {
            coordinator.connectSites();
            var end =
                    coordinator.completed(
                            StoredCoordinator.JOB
                                    .replace("rounds: 2", "rounds: 400")
                                    .replace("kFold: 2", "kFold: 0"));
            id = end.id();
            assertFailed(coordinator, end, "no room for the journal");
            assertTrue(end.roundsDone() > 0 && end.roundsDone() < 400, end::toString);
        }
        try (var coordinator = new StoredCoordinator(directory)) {
            assertEquals(
                    coordinator.desk().rounds(JobId.of(id)).size(),
                    coordinator.desk().job(JobId.of(id)).orElseThrow().roundsDone());
            coordinator.connectSites();
            assertEquals(
                    JobState.COMPLETED,
                    coordinator.completed(StoredCoordinator.JOB).state(),
                    "with room on the disk the next job runs");
        }
    }

    @Test
    void aStoreThatRefusesOneJobFailsThatJobAndLetsTheOthersGoOn() throws Exception {
        try (var coordinator = new StoredCoordinator(directory)) {
            var go = new CountDownLatch(1);
            var failing = coordinator.runningIn(2, go);
            var other =
                    JobId.of(
                            coordinator
                                    .desk()
                                    .submit(
                                            StoredCoordinator.JOB,
                                            StoredCoordinator.STUDY,
                                            StoredCoordinator.ADA)
                                    .id());
            coordinator.refuses(
                    "a_round", "INSERT ON round_summary WHEN NEW.job_id = '" + failing + "'");
            go.countDown();
            var end = coordinator.ended(failing);
            assertFailed(coordinator, end, "database failed");
            assertEquals(1, end.roundsDone());
            var history = coordinator.desk().events(failing, 0);
            assertEquals("ended", history.getLast().kind());
            assertEquals(1, history.stream().filter(e -> e.kind().equals("roundDone")).count());
            assertEquals(JobState.COMPLETED, coordinator.ended(other).state());
            assertEquals(8, coordinator.desk().rounds(other).size());
        }
    }

    @Test
    void aJobWhoseFailureCannotEvenBeRecordedIsShownAsFailedAllTheSame() throws Exception {
        try (var coordinator = new StoredCoordinator(directory)) {
            var go = new CountDownLatch(1);
            var job = coordinator.runningIn(2, go);
            coordinator.refuses("a_round", "INSERT ON round_summary");
            coordinator.refuses("a_job", "UPDATE ON job");
            coordinator.await(job, event -> event.kind().equals("ended"), go::countDown);
            var end = coordinator.ended(job);
            assertFailed(coordinator, end, "database failed");
            assertEquals(List.of(end), coordinator.desk().jobs());
            var history = coordinator.desk().events(job, 0);
            assertEquals("ended", history.getLast().kind());
            assertEquals(end.reason().orElseThrow(), history.getLast().data().get("reason"));
            assertEquals(List.of(), coordinator.desk().events(job, history.getLast().sequence()));
            var refusal =
                    assertThrows(
                            ConfideException.class,
                            () -> coordinator.desk().cancel(job, StoredCoordinator.ADA));
            assertEquals(ErrorCode.CONFLICT, refusal.code());
            assertTrue(refusal.sentence().contains("FAILED"), refusal::sentence);
        }
    }

    private static void assertFailed(StoredCoordinator coordinator, JobView end, String words) {
        assertEquals(JobState.FAILED, end.state(), end::toString);
        var sentence = end.reason().orElseThrow();
        assertTrue(sentence.contains(words), sentence);
        assertFalse(sentence.contains("\n"), sentence);
        assertTrue(end.ended().isPresent());
        var job = JobId.of(end.id());
        var rounds = coordinator.desk().rounds(job);
        assertEquals(end.roundsDone(), rounds.size());
        assertTrue(rounds.stream().allMatch(round -> round.outcome().equals("DONE")));
        assertEquals(
                LongStream.rangeClosed(1, rounds.size()).boxed().toList(),
                coordinator.desk().events(job, 0).stream()
                        .filter(event -> event.kind().equals("roundDone"))
                        .map(FailingStoreTest::round)
                        .toList());
        assertTrue(coordinator.desk().models().stream().noneMatch(m -> m.job().equals(end.id())));
    }

    private static long round(EventView event) {
        return ((Number) event.data().get("round")).longValue();
    }
}
