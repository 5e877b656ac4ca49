package io.confide.coordinator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.driver.StoredCoordinator;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/** A process that is killed while jobs run, and the one that opens its database next. */
class RecoveryTest {
    private static final String AFTER_ROUND_2 =
            "The coordinator restarted after 2 of 8 rounds, and the job cannot be taken up. Retry"
                    + " it.";

    /** {@link StoredCoordinator#JOB} has so many, each with an input of every site. */
    private static final int ROUNDS = 8;

    private static final int SITES = 3;

    @TempDir Path directory;

    private Path after() {
        return directory.resolve("after");
    }

    private static List<Recovery.Interrupted> recover(StoredCoordinator coordinator) {
        return recover(coordinator, coordinator.records().holder());
    }

    private static List<Recovery.Interrupted> recover(
            StoredCoordinator coordinator, String holder) {
        var records = coordinator.records();
        return new Recovery(
                        records.store(),
                        records.leases(),
                        coordinator.log(),
                        InstantSource.system())
                .run(holder, coordinator.jobs()::resume);
    }

    @Test
    void aJobThatRanGoesOnInTheRoundItWasInAndNobodyTrainsTwice() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(3, go);
            try (var coordinator = first.killed(after())) {
                var before = coordinator.desk().job(job).orElseThrow();
                assertEquals(JobState.TRAINING, before.state());
                assertEquals(2, before.roundsDone());
                assertEquals(List.of(), recover(coordinator));
                assertEquals(JobState.TRAINING, coordinator.desk().job(job).orElseThrow().state());
                go.countDown();
                coordinator.findSites();
                var end = coordinator.ended(job);
                assertEquals(JobState.COMPLETED, end.state(), end::toString);
                assertEquals(before.submitted(), end.submitted());
                assertEquals(ROUNDS, coordinator.desk().rounds(job).size());
                assertEquals(ROUNDS * SITES, coordinator.trainings());
                var history = coordinator.desk().events(job, 0);
                assertEquals(
                        LongStream.rangeClosed(1, history.size()).boxed().toList(),
                        history.stream().map(EventView::sequence).toList());
                assertEquals(1, history.stream().filter(e -> e.kind().equals("ended")).count());
                assertEquals(
                        ROUNDS,
                        history.stream().filter(e -> e.kind().equals("roundOpened")).count());
            }
        }
    }

    /** In a cluster a session may be at a member that lives, and be older than the lease of who leads now. */
    @Test
    void aSiteWhoseSessionGoesOnKeepsItsKeys() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(3, go);
            try (var coordinator = first.killed(after())) {
                assertEquals(List.of(), recover(coordinator));
                go.countDown();
                coordinator.resumeSites();
                assertEquals(JobState.COMPLETED, coordinator.ended(job).state());
                for (var round : coordinator.desk().rounds(job)) {
                    assertEquals(1, round.epoch(), round::toString);
                    assertEquals(SITES, round.included().size(), round::toString);
                }
                assertEquals(ROUNDS * SITES, coordinator.trainings());
            }
        }
    }

    @Test
    void aJobThatHadNotBegunWaitsForApprovalAgain() throws Exception {
        try (var first = new StoredCoordinator(directory)) {
            var waiting =
                    JobId.of(
                            first.desk()
                                    .submit(
                                            StoredCoordinator.JOB,
                                            StoredCoordinator.STUDY,
                                            StoredCoordinator.ADA)
                                    .id());
            try (var coordinator = first.killed(after())) {
                assertEquals(List.of(), recover(coordinator));
                assertEquals(
                        JobState.AWAITING_APPROVAL,
                        coordinator.desk().job(waiting).orElseThrow().state());
                coordinator.findSites();
                assertEquals(JobState.COMPLETED, coordinator.ended(waiting).state());
            }
        }
    }

    @Test
    void aPausedJobStaysPausedAndGoesOnWhenItIsResumed() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(3, go);
            first.desk().pause(job, StoredCoordinator.ADA);
            go.countDown();
            await(first, job, JobState.PAUSED);
            try (var coordinator = first.killed(after())) {
                assertEquals(List.of(), recover(coordinator));
                coordinator.findSites();
                var paused = coordinator.desk().job(job).orElseThrow();
                assertEquals(JobState.PAUSED, paused.state());
                assertEquals(Optional.of("ada"), paused.pausedBy());
                assertEquals(3, paused.roundsDone());
                coordinator.desk().resume(job, StoredCoordinator.ADA);
                var end = coordinator.ended(job);
                assertEquals(JobState.COMPLETED, end.state(), end::toString);
                assertEquals(ROUNDS, coordinator.desk().rounds(job).size());
                assertEquals(ROUNDS * SITES, coordinator.trainings());
            }
        }
    }

    @Test
    void aPauseThatWasAskedForBeginsAfterTheRoundThatTheRestartInterrupted() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(3, go);
            first.desk().pause(job, StoredCoordinator.ADA);
            try (var coordinator = first.killed(after())) {
                assertEquals(List.of(), recover(coordinator));
                go.countDown();
                coordinator.findSites();
                await(coordinator, job, JobState.PAUSED);
                assertEquals(3, coordinator.desk().job(job).orElseThrow().roundsDone());
            }
        }
    }

    private static void await(StoredCoordinator coordinator, JobId job, JobState state)
            throws InterruptedException {
        var until = Instant.now().plusSeconds(30);
        while (coordinator.desk().job(job).orElseThrow().state() != state) {
            assertTrue(Instant.now().isBefore(until), () -> job + " is never " + state);
            Thread.sleep(5);
        }
    }

    @Test
    void aCompletedJobStaysAsItWasAndItsFilesCanStillBeDownloaded() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(directory)) {
            first.connectSites();
            var completed = first.completed(StoredCoordinator.JOB);
            assertEquals(JobState.COMPLETED, completed.state(), completed::toString);
            var job = JobId.of(completed.id());
            var events = first.desk().events(job, 0);
            var models = first.desk().models();
            first.runningIn(2, go);
            try (var restarted = first.killed(after())) {
                assertEquals(List.of(), recover(restarted));
                assertEquals(Optional.of(completed), restarted.desk().job(job));
                assertEquals(events, restarted.desk().events(job, 0));
                assertEquals(models, restarted.desk().models());
                var files = models.getFirst().files();
                assertTrue(files.contains("model.safetensors"), files::toString);
                for (var file : files) {
                    assertTrue(
                            restarted.desk().artifact(job, file, StoredCoordinator.ADA).isPresent(),
                            file);
                }
                go.countDown();
            }
        }
    }

    @Test
    void aJobOfWhichTooLittleIsKeptHasFailedSaysSoAndStaysSo() throws Exception {
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(3, new CountDownLatch(1));
            try (var coordinator = first.killed(after())) {
                // As a version before this one left it.
                coordinator.execute("UPDATE job SET roster = NULL");
                var before = coordinator.desk().job(job).orElseThrow();
                assertEquals(
                        List.of(new Recovery.Interrupted(job, AFTER_ROUND_2)),
                        recover(coordinator));
                var failed = coordinator.desk().job(job).orElseThrow();
                assertEquals(before.failed(AFTER_ROUND_2, failed.ended().orElseThrow()), failed);
                var last = coordinator.desk().events(job, 0).getLast();
                assertEquals("ended", last.kind());
                assertEquals(AFTER_ROUND_2, last.data().get("reason"));
                assertEquals(List.of(), recover(coordinator));
                assertEquals(Optional.of(failed), coordinator.desk().job(job));
            }
        }
    }

    @Test
    void theNextProcessOfAHomeTakesTheLeaseAtOnceAndTheOldOneIsPowerless() throws Exception {
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(3, new CountDownLatch(1));
            try (var coordinator = first.killed(after())) {
                var leases = coordinator.records().leases();
                var holder = coordinator.records().holder();
                var old = leases.take(job, holder, Duration.ofSeconds(10)).orElseThrow();
                assertEquals(List.of(), recover(coordinator));
                assertThrows(
                        FencedException.class,
                        () ->
                                coordinator
                                        .log()
                                        .append(
                                                job,
                                                old,
                                                List.of(
                                                        new LogEntry.SiteMet(
                                                                new SiteId("site-0"),
                                                                Bytes.EMPTY,
                                                                1))));
            }
        }
    }

    /** Whoever led it ended it in the moment before its lease was taken. */
    @Test
    void aJobThatHasEndedMeanwhileIsNotTakenUp() throws Exception {
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(3, new CountDownLatch(1));
            try (var coordinator = first.killed(after())) {
                var records = coordinator.records();
                var late = new Late(records.leases(), () -> end(coordinator));
                assertEquals(
                        List.of(),
                        new Recovery(
                                        records.store(),
                                        late,
                                        coordinator.log(),
                                        InstantSource.system())
                                .run(records.holder(), coordinator.jobs()::resume));
                assertEquals(List.of(), coordinator.jobs().led());
                assertEquals(JobState.CANCELLED, coordinator.desk().job(job).orElseThrow().state());
                assertTrue(
                        records.leases()
                                .takeFree(job, "another", Duration.ofSeconds(10))
                                .isPresent());
            }
        }
    }

    private static void end(StoredCoordinator coordinator) {
        try {
            coordinator.execute("UPDATE job SET state = 'CANCELLED', ended_millis = 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Leases of which something happens in the moment before one is taken. */
    private record Late(Leases leases, Runnable before) implements Leases {
        @Override
        public Optional<FencingToken> take(JobId job, String holder, Duration length) {
            before.run();
            return leases.take(job, holder, length);
        }

        @Override
        public Optional<FencingToken> takeFree(JobId job, String holder, Duration length) {
            return leases.takeFree(job, holder, length);
        }

        @Override
        public boolean keep(JobId job, FencingToken token, Duration length) {
            return leases.keep(job, token, length);
        }

        @Override
        public void vacate(String holder) {
            leases.vacate(holder);
        }

        @Override
        public void release(JobId job, FencingToken token) {
            leases.release(job, token);
        }
    }

    @Test
    void aJobThatAnotherCoordinatorLeadsIsLeftToIt() throws Exception {
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(3, new CountDownLatch(1));
            try (var coordinator = first.killed(after())) {
                var before = coordinator.desk().job(job);
                assertEquals(List.of(), recover(coordinator, "another"));
                coordinator.findSites();
                assertEquals(before, coordinator.desk().job(job));
            }
        }
    }
}
