package io.confide.coordinator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.CoordinatorFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.backup.Backup;
import io.confide.coordinator.backup.Progress;
import io.confide.coordinator.backup.Restore;
import io.confide.coordinator.driver.StoredCoordinator;
import io.confide.coordinator.jdbc.RealPostgres;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/** Whole jobs whose journal is in a real PostgreSQL. */
class PostgresJobTest {
    /** {@link StoredCoordinator#JOB} has so many, each with an input of each of three sites. */
    private static final int ROUNDS = 8;

    private static final int SITES = 3;

    @TempDir static Path directory;
    private static RealPostgres server;

    @BeforeAll
    static void start() {
        server = new RealPostgres(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Path folder(String name) throws Exception {
        return Files.createDirectories(directory.resolve(name));
    }

    @Test
    void aJobStandsStillWhileItsDatabaseIsAwayAndLosesNoRound() throws Exception {
        try (var coordinator = StoredCoordinator.over(folder("outage"), server.fresh())) {
            coordinator.connectSites();
            var upload = new CountDownLatch(1);
            var job = coordinator.runningIn(3, upload);
            server.stop();
            // The round closes now, and what follows from that may not be seen before it is
            // durable.
            upload.countDown();
            var failure = assertThrows(ConfideException.class, () -> coordinator.desk().job(job));
            assertEquals(ErrorCode.UNREACHABLE, failure.code());
            server.startAgain();
            assertWholeAndUndisturbed(coordinator, job);
        }
    }

    @Test
    void aJobGoesOnWhenAnotherProcessOpensTheDatabase() throws Exception {
        var never = new CountDownLatch(1);
        var first = StoredCoordinator.over(folder("first"), server.fresh());
        first.connectSites();
        var job = first.runningIn(3, never);
        try (var next = first.killedOver(directory.resolve("next"))) {
            var records = next.records();
            var left =
                    new Recovery(
                                    records.store(),
                                    records.leases(),
                                    next.log(),
                                    InstantSource.system())
                            .run(records.holder(), next.jobs()::resume);
            assertEquals(List.of(), left);
            next.findSites();
            never.countDown();
            assertWholeAndUndisturbed(next, job);
        }
    }

    /** The database is put back by its own tools, the home by ours, which then ends what may have gone further. */
    @Test
    void aHomeIsPutBackOverADatabaseThatWasPutBack() throws Exception {
        var home = folder("lost");
        var url = server.fresh();
        Files.writeString(
                home.resolve("coordinator.yaml"),
                "{name: localhost, dataDir: ., store: {url: \"%s\"}}".formatted(url));
        JobId job;
        Backup backup;
        try (var first = StoredCoordinator.over(home, url)) {
            job = first.runningIn(3, new CountDownLatch(1));
            backup =
                    Backup.take(
                            home.resolve("coordinator.yaml"),
                            directory.resolve("backup"),
                            "test",
                            InstantSource.system(),
                            Progress.NONE);
        }
        assertEquals(OptionalInt.empty(), backup.manifest().schema());
        var restored = directory.resolve("restored");
        var failure =
                assertThrows(
                        ConfideException.class,
                        () ->
                                Restore.into(
                                        restored,
                                        backup,
                                        Restore.Jobs.END,
                                        Instant.now(),
                                        Progress.NONE));
        assertEquals(ErrorCode.CONFLICT, failure.code(), "its lease is not over");
        assertTrue(failure.getMessage().contains("stop every coordinator"), failure.getMessage());
        assertTrue(Files.notExists(restored));
        try (var database = DriverManager.getConnection(url);
                var statement = database.createStatement()) {
            assertEquals(1, statement.executeUpdate("UPDATE job_lease SET until_millis = 0"));
        }
        var outcome =
                Restore.into(restored, backup, Restore.Jobs.END, Instant.now(), Progress.NONE);
        assertEquals(List.of(job), outcome.aftermath().orElseThrow().ended());
        try (var next = StoredCoordinator.over(restored, url)) {
            var view = next.desk().job(job).orElseThrow();
            assertEquals(JobState.FAILED, view.state());
            assertTrue(view.reason().orElseThrow().startsWith("The coordinator was put back"));
        }
    }

    @Test
    void aCoordinatorIsReadyAsLongAsItsDatabaseIs() throws Exception {
        var config =
                CoordinatorFile.parse(
                        """
                        name: localhost
                        sites: {address: 127.0.0.1, port: 0}
                        people: {address: 127.0.0.1, port: 0}
                        management: {address: 127.0.0.1, port: 0}
                        store: {url: "%s"}
                        """
                                .formatted(server.fresh()));
        try (var process = CoordinatorProcess.start(config, folder("home"))) {
            assertEquals("READY\n", readiness(process));
            server.stop();
            assertEquals("STORE_UNAVAILABLE\n", readiness(process));
            server.startAgain();
            // A connection of before is only found out when it is used.
            awaitReady(process);
        }
    }

    private static void awaitReady(CoordinatorProcess process) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String answer;
        do {
            answer = readiness(process);
        } while (!answer.equals("READY\n") && System.nanoTime() < end);
        assertEquals("READY\n", answer);
    }

    private static String readiness(CoordinatorProcess process) throws Exception {
        var uri = "http://127.0.0.1:" + process.ports().management() + "/readyz";
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(uri)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void assertWholeAndUndisturbed(StoredCoordinator coordinator, JobId job) {
        var end = coordinator.ended(job);
        assertEquals(JobState.COMPLETED, end.state(), end::toString);
        var rounds = coordinator.desk().rounds(job);
        assertEquals(ROUNDS, rounds.size());
        assertTrue(rounds.stream().allMatch(round -> round.included().size() == SITES));
        assertEquals((long) ROUNDS * SITES, coordinator.trainings());
    }
}
