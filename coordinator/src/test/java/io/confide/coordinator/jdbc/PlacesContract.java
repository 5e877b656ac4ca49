package io.confide.coordinator.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.Places;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Who waits and who has a place, on every database. All jobs here are of one study and one site, submitted at one time. */
abstract class PlacesContract {
    private static final Instant NOW = StoredJob.NOW.plusSeconds(1);

    /** Opens the same database each time. */
    abstract Database open();

    private static JobId id(int number) {
        return new JobId(new UUID(7, number));
    }

    private static void insert(Database database, int number, JobState state) {
        new JdbcJobStore(database)
                .insert(
                        StoredJob.view(id(number), state, Optional.empty()),
                        Bytes.ofHex("aabb"),
                        StoredJob.study(),
                        Bytes.ofHex("cc"));
    }

    private static JobState state(Database database, int number) {
        return new JdbcJobStore(database).job(id(number)).orElseThrow().state();
    }

    @Test
    void onlyTheNextBeginsAndOnlyOnce() {
        var limits = new JobLimits(9, 9, 3);
        try (var database = open()) {
            var places = new JdbcPlaces(database);
            insert(database, 1, JobState.PAUSED);
            insert(database, 2, JobState.COMPLETED);
            insert(database, 3, JobState.QUEUED);
            insert(database, 4, JobState.QUEUED);
            insert(database, 5, JobState.QUEUED);
            assertEquals(List.of(id(3), id(4), id(5)), places.queue(limits, NOW).order());
            assertFalse(places.begin(id(4), limits, NOW), "it is not the next");
            assertTrue(places.begin(id(3), limits, NOW));
            assertFalse(places.begin(id(3), limits, NOW), "it has begun");
            assertEquals(JobState.AWAITING_APPROVAL, state(database, 3));
            assertTrue(places.begin(id(4), limits, NOW));
            assertFalse(places.begin(id(5), limits, NOW), "a paused job has a place");
            assertEquals(
                    Optional.of(
                            "Waits in the queue: 3 jobs have places at a, the most at one site;"
                                    + " none is before it."),
                    places.queue(limits, NOW).sentence(id(5)));
        }
        try (var database = open()) {
            assertEquals(JobState.QUEUED, state(database, 5));
            assertEquals(1, new JdbcPlaces(database).queue(limits, NOW).depth());
        }
    }

    @Test
    void noMoreWaitThanMay() {
        try (var database = open()) {
            insert(database, 1, JobState.QUEUED);
            database.update(
                    "INSERT INTO job (id, name, study, state, plan_hash, plan, rounds_done,"
                            + " rounds_planned, epoch, threshold, roster_size, submitted_millis,"
                            + " metrics, site_verdicts) WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL"
                            + " SELECT i + 1 FROM n WHERE i < ?) SELECT 'fill-' || i, name, study,"
                            + " state, plan_hash, plan, 0, 3, 0, 3, 5, 0, metrics, site_verdicts"
                            + " FROM job, n",
                    row -> row.setInt(1, Places.WAITING_MAX - 1));
            insert(database, 2, JobState.QUEUED);
            // Written again, as after an answer that was lost.
            insert(database, 2, JobState.QUEUED);
            var refusal =
                    assertThrows(
                            ConfideException.class, () -> insert(database, 3, JobState.QUEUED));
            assertEquals(ErrorCode.TOO_OFTEN, refusal.code());
            assertTrue(refusal.sentence().startsWith("1000 jobs wait in the queue"));
            assertEquals(Optional.empty(), new JdbcJobStore(database).job(id(3)));
        }
    }

    @Test
    void ofTwoThatGiveAwayPlacesAtTheSameTimeNoneGivesOneTooMuch() throws Exception {
        var limits = new JobLimits(5, 5, 5);
        try (var one = open();
                var other = open()) {
            for (int job = 1; job <= 12; job++) {
                insert(one, job, JobState.QUEUED);
            }
            var giving = new ArrayList<CompletableFuture<Integer>>();
            for (var database : List.of(one, other, one, other)) {
                giving.add(
                        CompletableFuture.supplyAsync(
                                () -> giveAway(new JdbcPlaces(database), limits),
                                task -> Thread.ofVirtual().start(task)));
            }
            int begun = 0;
            for (var each : giving) {
                begun += each.get(1, TimeUnit.MINUTES);
            }
            assertEquals(5, begun);
            assertEquals(7, new JdbcPlaces(one).queue(limits, NOW).depth());
        }
    }

    /** What another process decides and has not committed yet counts. */
    @Test
    void whoeverDecidesWaitsForWhoeverDecidesNow() throws Exception {
        var limits = new JobLimits(1, 1, 1);
        try (var one = open();
                var other = open()) {
            insert(one, 1, JobState.QUEUED);
            var deciding =
                    one.inTransaction(
                            connection -> {
                                JdbcPlaces.requireRoom(connection, "");
                                new NewJob(
                                                StoredJob.view(
                                                        id(2), JobState.PAUSED, Optional.empty()),
                                                Bytes.ofHex("aabb"),
                                                StoredJob.study(),
                                                Bytes.ofHex("cc"))
                                        .write(connection);
                                var begins =
                                        CompletableFuture.supplyAsync(
                                                () ->
                                                        new JdbcPlaces(other)
                                                                .begin(id(1), limits, NOW),
                                                task -> Thread.ofVirtual().start(task));
                                assertThrows(
                                        TimeoutException.class,
                                        () -> begins.get(300, TimeUnit.MILLISECONDS));
                                return begins;
                            });
            assertFalse(deciding.get(1, TimeUnit.MINUTES));
        }
    }

    private static int giveAway(Places places, JobLimits limits) {
        int begun = 0;
        for (int job = 1; job <= 12; job++) {
            begun += places.begin(id(job), limits, NOW) ? 1 : 0;
        }
        return begun;
    }
}
