package io.confide.coordinator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.JobId;
import io.confide.coordinator.backup.Backup;
import io.confide.coordinator.backup.Progress;
import io.confide.coordinator.backup.Restore;
import io.confide.coordinator.driver.StoredCoordinator;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A job that goes on after a backup, and a coordinator that is put back from it. The sites run the real protocol and live on; what
 * they have done since stays done.
 */
class RestoredJobTest {
    /** {@link StoredCoordinator#JOB} has so many, each with an input of every site. */
    private static final int ROUNDS = 8;

    private static final int SITES = 3;

    @TempDir Path directory;
    private Path home;
    private Path restored;

    @BeforeEach
    void write() throws Exception {
        home = Files.createDirectory(directory.resolve("home"));
        restored = directory.resolve("restored");
        Files.writeString(
                home.resolve("coordinator.yaml"),
                """
                name: localhost
                store: {url: "jdbc:sqlite:confide.db"}
                dataDir: .
                """);
    }

    private Backup backup() {
        return Backup.take(
                home.resolve("coordinator.yaml"),
                directory.resolve("backup"),
                "test",
                InstantSource.system(),
                Progress.NONE);
    }

    private Restore.Restored restore(Backup backup, Restore.Jobs jobs) {
        return Restore.into(restored, backup, jobs, Instant.now(), Progress.NONE);
    }

    private static void recover(StoredCoordinator coordinator) {
        var records = coordinator.records();
        assertEquals(
                List.of(),
                new Recovery(
                                records.store(),
                                records.leases(),
                                coordinator.log(),
                                InstantSource.system())
                        .run(records.holder(), coordinator.jobs()::resume));
        coordinator.findSites();
    }

    /** Waits until {@code job} has done so many rounds. */
    private static void awaitRounds(StoredCoordinator coordinator, JobId job, int rounds)
            throws InterruptedException {
        await(coordinator, job, view -> view.roundsDone() >= rounds);
    }

    private static void await(
            StoredCoordinator coordinator, JobId job, Predicate<JobView> condition)
            throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        var view = coordinator.desk().job(job).orElseThrow();
        while (!condition.test(view)) {
            assertTrue(System.nanoTime() < end, view::toString);
            Thread.sleep(5);
            view = coordinator.desk().job(job).orElseThrow();
        }
    }

    @Test
    void aJobThatMayHaveGoneFurtherHasFailedSaysSoAndItsRetryCompletes() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(home)) {
            var job = first.runningIn(3, go);
            var backup = backup();
            go.countDown();
            awaitRounds(first, job, 5);
            var outcome = restore(backup, Restore.Jobs.END);
            assertEquals(List.of(job), outcome.aftermath().orElseThrow().ended());
            try (var coordinator = first.replacedBy(restored)) {
                recover(coordinator);
                var failed = coordinator.desk().job(job).orElseThrow();
                assertEquals(JobState.FAILED, failed.state());
                assertEquals(2, failed.roundsDone());
                assertTrue(
                        failed.reason()
                                .orElseThrow()
                                .matches(
                                        "The coordinator was put back from a backup of .*Z, and"
                                                + " since then the job may have gone further at its"
                                                + " sites\\. Retry it\\."),
                        failed::toString);
                var again =
                        JobId.of(
                                coordinator
                                        .desk()
                                        .retry(job, StoredCoordinator.ADA)
                                        .orElseThrow()
                                        .id());
                var end = coordinator.ended(again);
                assertEquals(JobState.COMPLETED, end.state(), end::toString);
                for (var round : coordinator.desk().rounds(again)) {
                    assertEquals(SITES, round.included().size(), round::toString);
                }
            }
        }
    }

    @Test
    void aJobGoesOnIfNoCoordinatorHasRunSince() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(home)) {
            var job = first.runningIn(3, go);
            var outcome = restore(backup(), Restore.Jobs.GO_ON);
            assertTrue(outcome.aftermath().isEmpty());
            try (var coordinator = first.replacedBy(restored)) {
                go.countDown();
                recover(coordinator);
                var end = coordinator.ended(job);
                assertEquals(JobState.COMPLETED, end.state(), end::toString);
                assertEquals(ROUNDS, coordinator.desk().rounds(job).size());
                assertEquals(ROUNDS * SITES, coordinator.trainings());
            }
        }
    }

    /** Somebody says that none has, and one has: the sites know better. */
    @Test
    void sitesHelpToRepeatNothingOfAJobThatHasGoneFurther() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(home)) {
            var job = first.runningIn(3, go);
            var backup = backup();
            go.countDown();
            awaitRounds(first, job, 5);
            restore(backup, Restore.Jobs.GO_ON);
            assertSitesRefuse(first, job, _ -> {});
        }
    }

    @Test
    void sitesHelpToRepeatNothingOfAJobThatHasEnded() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(home)) {
            var job = first.runningIn(3, go);
            var backup = backup();
            go.countDown();
            assertEquals(JobState.COMPLETED, first.ended(job).state());
            restore(backup, Restore.Jobs.GO_ON);
            assertSitesRefuse(first, job, _ -> {});
        }
    }

    /** Between rounds another Open would be signed for a round that there was. */
    @Test
    void sitesHelpToRepeatNothingOfAJobThatWasPaused() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(home)) {
            var job = first.runningIn(3, go);
            first.desk().pause(job, StoredCoordinator.ADA);
            go.countDown();
            await(first, job, view -> view.state() == JobState.PAUSED);
            var backup = backup();
            Consumer<StoredCoordinator> resume =
                    coordinator -> coordinator.desk().resume(job, StoredCoordinator.ADA);
            resume.accept(first);
            awaitRounds(first, job, 5);
            restore(backup, Restore.Jobs.GO_ON);
            assertSitesRefuse(first, job, resume);
        }
    }

    /** They have recorded how far they were, so keys for earlier rounds are refused. */
    @Test
    void sitesThatHaveRestartedMakeNoKeysForRoundsThatThereWere() throws Exception {
        var go = new CountDownLatch(1);
        try (var first = new StoredCoordinator(home)) {
            var job = first.runningIn(3, go);
            first.desk().pause(job, StoredCoordinator.ADA);
            go.countDown();
            await(first, job, view -> view.state() == JobState.PAUSED);
            var backup = backup();
            first.desk().resume(job, StoredCoordinator.ADA);
            awaitRounds(first, job, 5);
            restore(backup, Restore.Jobs.GO_ON);
            try (var coordinator = first.replacedBy(restored)) {
                coordinator.restartSites();
                recover(coordinator);
                coordinator.desk().resume(job, StoredCoordinator.ADA);
                var end = coordinator.ended(job);
                assertEquals(JobState.FAILED, end.state(), end::toString);
                var reason = end.reason().orElseThrow();
                assertTrue(reason.contains("refused the key set-up (K1)"), reason);
                assertEquals(new StoredCoordinator.Repeats(1, 1), coordinator.repeats());
            }
        }
    }

    /** However the coordinator goes on: no site trains twice for a round, and no input leaves in two versions. */
    private void assertSitesRefuse(
            StoredCoordinator first, JobId job, Consumer<StoredCoordinator> further) {
        try (var coordinator = first.replacedBy(restored)) {
            int done = coordinator.desk().job(job).orElseThrow().roundsDone();
            recover(coordinator);
            further.accept(coordinator);
            var end = coordinator.ended(job);
            assertEquals(JobState.FAILED, end.state(), end::toString);
            assertEquals(done, end.roundsDone());
            var reason = end.reason().orElseThrow();
            assertTrue(reason.contains("has the inputs of only 0 sites"), reason);
            assertTrue(
                    reason.matches(".*declined \\(K(8|24)\\), before its input was stored.*"),
                    reason);
            assertEquals(new StoredCoordinator.Repeats(1, 1), coordinator.repeats());
        }
    }
}
