package io.confide.coordinator.jdbc;

import static io.confide.coordinator.jdbc.StoredJob.JOB;
import static io.confide.coordinator.jdbc.StoredJob.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.EventView;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Every contract of the ports on a real PostgreSQL, and what only a database over a network can do wrong. */
class PostgresTest extends EveryContract {
    private static final Patience PATIENT =
            new Patience(Duration.ofMinutes(2), Duration.ofMillis(20));

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

    @Override
    String fresh() {
        return server.fresh();
    }

    @Test
    void commitsAreForcedWhateverTheDefaultOfTheDatabaseIs() {
        for (var weak : List.of("off", "local")) {
            assertEquals("on", synchronousCommit(weak));
        }
        assertEquals("remote_apply", synchronousCommit("remote_apply"), "stronger is kept");
    }

    private static String synchronousCommit(String setting) {
        var url = server.fresh();
        var name = name(url);
        try (var database = Database.open(url)) {
            database.update(
                    "ALTER DATABASE " + name + " SET synchronous_commit = '" + setting + "'",
                    _ -> {});
        }
        try (var database = Database.open(url)) {
            return database.query(
                            "SELECT current_setting('synchronous_commit')",
                            _ -> {},
                            row -> row.getString(1))
                    .getFirst();
        }
    }

    private static String name(String url) {
        return url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
    }

    @Test
    void anAppendWaitsForADatabaseThatIsAwayAndIsMadeOnce() throws Exception {
        try (var database = Database.open(server.fresh())) {
            var token = StoredJob.submitted(database);
            var log = new JdbcRoundLog(database, PATIENT);
            log.append(JOB, token, List.of(new LogEntry.EventShown(event(1))));
            server.stop();
            var waiting =
                    CompletableFuture.runAsync(
                            () -> append(log, token, event(2)),
                            task -> Thread.ofVirtual().start(task));
            var reading =
                    assertThrows(ConfideException.class, () -> new JdbcJobStore(database).jobs());
            assertEquals(ErrorCode.UNREACHABLE, reading.code());
            assertFalse(database.answers());
            assertFalse(waiting.isDone());
            server.startAgain();
            waiting.get(1, TimeUnit.MINUTES);
            assertEquals(List.of(event(1), event(2)), new JdbcJobStore(database).events(JOB, 0));
        }
    }

    private static void append(JdbcRoundLog log, FencingToken token, EventView event) {
        try {
            log.append(JOB, token, List.of(new LogEntry.EventShown(event)));
        } catch (FencedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCommitWhoseAnswerIsLostIsNotMadeAgain() throws Exception {
        var url = server.fresh();
        var name = name(url);
        try (var proxy = new CuttingProxy(server.port());
                var direct = Database.open(url);
                // Without statements prepared on the server a commit is told by its text.
                var database =
                        Database.open(
                                RealPostgres.url(proxy.port(), name) + "&prepareThreshold=0")) {
            var token = StoredJob.submitted(direct);
            var log = new JdbcRoundLog(database, PATIENT);
            proxy.cutAfterTheNextCommits(1);
            append(log, token, event(1));
            assertEquals(1, proxy.cuts());
            append(log, token, event(2));
            assertEquals(List.of(event(1), event(2)), new JdbcJobStore(direct).events(JOB, 0));
        }
    }

    @Test
    void whoLostTheLeaseDuringTheOutageWritesNothing() throws Exception {
        var url = server.fresh();
        var name = name(url);
        try (var proxy = new CuttingProxy(server.port());
                var direct = Database.open(url);
                var database = Database.open(RealPostgres.url(proxy.port(), name))) {
            var token = StoredJob.submitted(direct);
            var log = new JdbcRoundLog(database, PATIENT);
            proxy.isDown(true);
            var waiting =
                    CompletableFuture.supplyAsync(
                            () -> assertThrows(FencedException.class, () -> once(log, token)),
                            task -> Thread.ofVirtual().start(task));
            proxy.awaitRefusal();
            var leases = new JdbcLeases(direct);
            leases.vacate("one");
            leases.take(JOB, "two", Duration.ofSeconds(10)).orElseThrow();
            proxy.isDown(false);
            try {
                waiting.get(1, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
            assertEquals(List.of(), new JdbcJobStore(direct).events(JOB, 0));
        }
    }

    @Test
    void twoLostAnswersInARowAreStillOneAppend() throws Exception {
        var url = server.fresh();
        var name = name(url);
        try (var proxy = new CuttingProxy(server.port());
                var direct = Database.open(url);
                var database =
                        Database.open(
                                RealPostgres.url(proxy.port(), name) + "&prepareThreshold=0")) {
            var token = StoredJob.submitted(direct);
            var log = new JdbcRoundLog(database, PATIENT);
            proxy.cutAfterTheNextCommits(2);
            append(log, token, event(1));
            assertEquals(2, proxy.cuts());
            assertEquals(List.of(event(1)), new JdbcJobStore(direct).events(JOB, 0));
        }
    }

    @Test
    void aSubmissionWhoseAnswerIsLostIsOneJob() {
        var url = server.fresh();
        var name = name(url);
        try (var proxy = new CuttingProxy(server.port());
                var database =
                        Database.open(
                                RealPostgres.url(proxy.port(), name) + "&prepareThreshold=0")) {
            proxy.cutAfterTheNextCommits(1);
            StoredJob.insert(new JdbcJobStore(database, PATIENT));
            assertEquals(1, proxy.cuts());
            assertEquals(1, new JdbcJobStore(database).jobs().size());
        }
    }

    @Test
    void aDatabaseThatCameBackWithoutWhatItHadCommittedEndsTheAppend() throws Exception {
        var url = server.fresh();
        var name = name(url);
        try (var proxy = new CuttingProxy(server.port());
                var direct = Database.open(url);
                var database =
                        Database.open(
                                RealPostgres.url(proxy.port(), name) + "&prepareThreshold=0")) {
            var token = StoredJob.submitted(direct);
            var log = new JdbcRoundLog(database, PATIENT);
            append(log, token, event(1));
            append(log, token, event(2));
            proxy.cutAfterTheNextCommits(1);
            proxy.isDownAfterTheCut();
            var failing =
                    CompletableFuture.supplyAsync(
                            () ->
                                    assertThrows(
                                            ConfideException.class,
                                            () ->
                                                    log.append(
                                                            JOB,
                                                            token,
                                                            List.of(
                                                                    new LogEntry.EventShown(
                                                                            event(3))))),
                            task -> Thread.ofVirtual().start(task));
            proxy.awaitRefusal();
            direct.update("UPDATE job_lease SET appends = 0", _ -> {});
            proxy.isDown(false);
            var failure = failing.get(1, TimeUnit.MINUTES);
            assertEquals(ErrorCode.INTERNAL, failure.code());
            assertTrue(failure.sentence().contains("older copy"), failure.sentence());
        }
    }

    private static void once(JdbcRoundLog log, FencingToken token) throws FencedException {
        log.append(JOB, token, List.of(new LogEntry.EventShown(event(1))));
    }

    @Test
    void aDatabaseThatIsNotThereIsNamedWithoutItsOptions() {
        var failure =
                assertThrows(
                        ConfideException.class,
                        () ->
                                Database.open(
                                        RealPostgres.url(server.port(), "missing")
                                                + "&options=-c%20secret"));
        assertEquals(ErrorCode.BAD_FILE, failure.code());
        assertTrue(failure.sentence().contains("/missing cannot be opened"), failure.sentence());
        assertTrue(failure.sentence().contains("~/.pgpass"), failure.sentence());
        assertFalse(failure.sentence().contains("secret"), failure.sentence());
    }

    @Test
    void aPatienceThatIsOverIsOneSentence() {
        var url = server.fresh();
        var name = name(url);
        try (var proxy = new CuttingProxy(server.port());
                var database = Database.open(RealPostgres.url(proxy.port(), name))) {
            var token = StoredJob.submitted(database);
            var log = new JdbcRoundLog(database, new Patience(Duration.ZERO, Duration.ZERO));
            proxy.isDown(true);
            var failure = assertThrows(ConfideException.class, () -> once(log, token));
            assertEquals(ErrorCode.UNREACHABLE, failure.code());
            assertFalse(failure.sentence().contains("\n"));
        }
    }
}
