package io.confide.coordinator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.JobId;
import io.confide.coordinator.driver.StoredCoordinator;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A process that is killed while jobs run, and the one that opens its database next. */
class RecoveryTest {
    private static final String IN_ROUND_3 =
            "The coordinator restarted in round 3; submit the job again.";
    private static final String BEFORE_A_ROUND =
            "The coordinator restarted before the job's next round; submit the job again.";

    @TempDir Path directory;

    private Path after() {
        return directory.resolve("after");
    }

    private static List<Recovery.Interrupted> recover(StoredCoordinator coordinator) {
        var records = coordinator.records();
        return new Recovery(
                        records.store(),
                        records.leases(),
                        coordinator.log(),
                        InstantSource.system())
                .run(records.holder());
    }

    /** Leaves what a process leaves that is killed while this job is in its third round. */
    private JobId killedInRoundThree() throws Exception {
        try (var coordinator = new StoredCoordinator(directory)) {
            var job = coordinator.runningIn(3, new CountDownLatch(1));
            coordinator.leaveAsKilled(after());
            return job;
        }
    }

    @Test
    void aJobThatRanHasFailedAndSaysInWhichRoundAndWhatToDo() throws Exception {
        var job = killedInRoundThree();
        try (var coordinator = new StoredCoordinator(after())) {
            var before = coordinator.desk().job(job).orElseThrow();
            assertEquals(JobState.TRAINING, before.state());
            assertEquals(List.of(new Recovery.Interrupted(job, IN_ROUND_3)), recover(coordinator));
            var failed = coordinator.desk().job(job).orElseThrow();
            assertEquals(before.failed(IN_ROUND_3, failed.ended().orElseThrow()), failed);
            assertEquals(2, failed.roundsDone());
            assertEquals(2, coordinator.desk().rounds(job).size());
            var last = coordinator.desk().events(job, 0).getLast();
            assertEquals("ended", last.kind());
            assertEquals(IN_ROUND_3, last.data().get("reason"));
        }
    }

    @Test
    void aJobThatHadNotBegunHasFailedAndSaysSo() throws Exception {
        JobId waiting;
        try (var coordinator = new StoredCoordinator(directory)) {
            waiting =
                    JobId.of(
                            coordinator
                                    .desk()
                                    .submit(
                                            StoredCoordinator.JOB,
                                            StoredCoordinator.STUDY,
                                            StoredCoordinator.ADA)
                                    .id());
            coordinator.leaveAsKilled(after());
        }
        try (var coordinator = new StoredCoordinator(after())) {
            assertEquals(
                    List.of(new Recovery.Interrupted(waiting, BEFORE_A_ROUND)),
                    recover(coordinator));
            var failed = coordinator.desk().job(waiting).orElseThrow();
            assertEquals(JobState.FAILED, failed.state());
            assertEquals(Optional.of(BEFORE_A_ROUND), failed.reason());
        }
    }

    @Test
    void aCompletedJobStaysAsItWasAndItsFilesCanStillBeDownloaded() throws Exception {
        try (var coordinator = new StoredCoordinator(directory)) {
            coordinator.connectSites();
            var completed = coordinator.completed(StoredCoordinator.JOB);
            assertEquals(JobState.COMPLETED, completed.state(), completed::toString);
            var job = JobId.of(completed.id());
            var running = coordinator.runningIn(2, new CountDownLatch(1));
            coordinator.leaveAsKilled(after());
            try (var restarted = new StoredCoordinator(after())) {
                assertEquals(
                        List.of(running),
                        recover(restarted).stream().map(Recovery.Interrupted::job).toList());
                assertEquals(Optional.of(completed), restarted.desk().job(job));
                assertEquals(coordinator.desk().events(job, 0), restarted.desk().events(job, 0));
                assertEquals(coordinator.desk().models(), restarted.desk().models());
                var files = restarted.desk().models().getFirst().files();
                assertTrue(files.contains("model.safetensors"), files::toString);
                for (var file : files) {
                    var kept = coordinator.desk().artifact(job, file, StoredCoordinator.ADA);
                    assertTrue(kept.isPresent(), file);
                    assertEquals(
                            kept,
                            restarted.desk().artifact(job, file, StoredCoordinator.ADA),
                            file);
                }
            }
        }
    }

    @Test
    void recoveringTwiceChangesNothing() throws Exception {
        var job = killedInRoundThree();
        try (var coordinator = new StoredCoordinator(after())) {
            recover(coordinator);
            var jobs = coordinator.desk().jobs();
            var events = coordinator.desk().events(job, 0);
            assertEquals(List.of(), recover(coordinator));
            assertEquals(jobs, coordinator.desk().jobs());
            assertEquals(events, coordinator.desk().events(job, 0));
        }
        try (var again = new StoredCoordinator(after())) {
            assertEquals(List.of(), recover(again));
            assertEquals(Optional.of(IN_ROUND_3), again.desk().job(job).orElseThrow().reason());
        }
    }
}
