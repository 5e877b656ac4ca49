package io.confide.coordinator.driver;

import static io.confide.coordinator.driver.StoredCoordinator.ADA;
import static io.confide.coordinator.driver.StoredCoordinator.GRACE;
import static io.confide.coordinator.driver.StoredCoordinator.JOB;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** Jobs that people pause, resume and run again, over a real database, with simulated sites. */
class InterventionsTest {
    private static final int ROUNDS = 8;
    private static final JobId UNKNOWN = new JobId(new UUID(4, 4));

    @TempDir Path directory;
    private StoredCoordinator coordinator;
    private Desk desk;

    @BeforeEach
    void open() {
        coordinator = new StoredCoordinator(directory);
        desk = coordinator.desk();
    }

    @AfterEach
    void close() {
        coordinator.close();
    }

    private static boolean isPaused(EventView event) {
        return "PAUSED".equals(event.data().get("state"));
    }

    private JobView view(JobId job) {
        return desk.job(job).orElseThrow();
    }

    private static void conflict(Runnable request, String words) {
        var refusal = assertThrows(ConfideException.class, request::run);
        assertEquals(ErrorCode.CONFLICT, refusal.code(), refusal::sentence);
        assertTrue(refusal.sentence().contains(words), refusal::sentence);
    }

    @Test
    void aPauseWaitsForItsRoundAndAResumedJobCompletesWithoutTrainingTwice() throws IOException {
        var go = new CountDownLatch(1);
        var job = coordinator.runningIn(3, go);
        conflict(() -> desk.resume(job, ADA), "is not paused; there is nothing to resume");
        var asked = desk.pause(job, ADA).orElseThrow();
        assertEquals(JobState.TRAINING, asked.state());
        assertEquals(Optional.of("ada"), asked.pausedBy());
        assertTrue(
                asked.reason().orElseThrow().contains("when round 3 has ended"), asked::toString);
        conflict(() -> desk.pause(job, GRACE), "is paused already");
        coordinator.await(job, InterventionsTest::isPaused, go::countDown);
        var paused = view(job);
        assertEquals(JobState.PAUSED, paused.state());
        assertEquals(3, paused.roundsDone());
        assertTrue(
                paused.reason().orElseThrow().startsWith("Paused by ada after "), paused::toString);
        var resumed = desk.resume(job, GRACE).orElseThrow();
        assertEquals(Optional.empty(), resumed.pausedBy());
        var end = coordinator.ended(job);
        assertEquals(JobState.COMPLETED, end.state(), end::toString);
        assertEquals(ROUNDS, desk.rounds(job).size());
        assertEquals(ROUNDS * StoredCoordinator.SITES, coordinator.trainings());
        conflict(() -> desk.pause(job, ADA), "has already ended (COMPLETED)");
        conflict(() -> desk.resume(job, ADA), "has already ended (COMPLETED)");
        var log = Files.readString(directory.resolve("events.jsonl"));
        assertTrue(log.contains("\"job.pause\"") && log.contains("\"job.resume\""), log);
    }

    @Test
    void aPausedJobCanBeCancelledAndIsThenNotPaused() {
        var job = JobId.of(desk.submit(JOB, StoredCoordinator.STUDY, ADA).id());
        assertEquals(JobState.PAUSED, desk.pause(job, ADA).orElseThrow().state());
        var cancelled = desk.cancel(job, ADA).orElseThrow();
        assertEquals(JobState.CANCELLED, cancelled.state());
        assertEquals(Optional.empty(), cancelled.pausedBy());
    }

    @Test
    void aJobThatHasEndedIsRunAgainUnderAnotherPlanAndEverySiteTakesPart() {
        coordinator.connectSites();
        var first = coordinator.completed(JOB);
        var job = JobId.of(first.id());
        var retry = desk.retry(job, ADA).orElseThrow();
        assertEquals(Optional.of(first.id()), retry.retryOf());
        assertNotEquals(first.id(), retry.id());
        assertNotEquals(first.planHash(), retry.planHash(), "its seed is its own");
        assertEquals(first.name(), retry.name());
        var end = coordinator.ended(JobId.of(retry.id()));
        assertEquals(JobState.COMPLETED, end.state(), end::toString);
        assertEquals(Optional.of(first.id()), end.retryOf());
        assertEquals(2L * ROUNDS * StoredCoordinator.SITES, coordinator.trainings());
        assertEquals(first, view(job), "the job that is run again stays as it was");
    }

    @Test
    void onlyAJobThatHasEndedIsRunAgainAndOnlyByWhoMaySubmit() {
        var job = JobId.of(desk.submit(JOB, StoredCoordinator.STUDY, ADA).id());
        conflict(() -> desk.retry(job, ADA), "has not ended (AWAITING_APPROVAL)");
        desk.cancel(job, ADA);
        var refusal = assertThrows(ConfideException.class, () -> desk.retry(job, GRACE));
        assertEquals(ErrorCode.DENIED, refusal.code());
        assertEquals(1, desk.jobs().size());
    }

    @Test
    void whoMayNotSubmitIsRefusedAndLoggedBeforeThePlanIsRead() throws Exception {
        var job = JobId.of(desk.submit(JOB, StoredCoordinator.STUDY, ADA).id());
        desk.cancel(job, ADA);
        coordinator.execute("UPDATE job SET plan = x'00'");
        var refusal = assertThrows(ConfideException.class, () -> desk.retry(job, GRACE));
        assertEquals(ErrorCode.DENIED, refusal.code(), refusal::sentence);
        conflict(() -> desk.retry(job, ADA), "kept by another version");
        var log = Files.readString(directory.resolve("events.jsonl"));
        assertTrue(
                log.lines()
                        .anyMatch(
                                line ->
                                        line.contains("\"job.submit\"")
                                                && line.contains("\"grace\"")),
                log);
    }

    @Test
    void aJobOfACoordinatorThatStopsHasNotEnded() {
        var job = JobId.of(desk.submit(JOB, StoredCoordinator.STUDY, ADA).id());
        coordinator.jobs().close();
        for (var request :
                List.<Runnable>of(
                        () -> desk.pause(job, ADA),
                        () -> desk.resume(job, ADA),
                        () -> desk.cancel(job, ADA))) {
            conflict(request, "is stopping");
        }
        assertEquals(Optional.empty(), view(job).ended());
    }

    @Test
    void aJobWhosePlanAnotherVersionKeptIsShownWithoutWhatFollowsFromThePlan() throws Exception {
        var job = JobId.of(desk.submit(JOB, StoredCoordinator.STUDY, ADA).id());
        desk.cancel(job, ADA);
        coordinator.execute("UPDATE job SET plan = x'00'");
        assertEquals(JobState.CANCELLED, view(job).state());
        assertEquals(Optional.empty(), desk.privacy(job));
        assertEquals(Optional.empty(), desk.cost(job));
        conflict(() -> desk.plan(job), "kept by another version");
    }

    @Test
    void aJobThatDoesNotExistIsNotFound() {
        assertEquals(Optional.empty(), desk.pause(UNKNOWN, ADA));
        assertEquals(Optional.empty(), desk.resume(UNKNOWN, ADA));
        assertEquals(Optional.empty(), desk.retry(UNKNOWN, ADA));
    }
}
