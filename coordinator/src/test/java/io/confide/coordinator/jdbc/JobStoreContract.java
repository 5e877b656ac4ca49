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
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.ModelRecord;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.RoundTally;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.StudyView;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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
            assertEquals(Optional.of(Bytes.ofHex("a0d1")), store.audit(JOB, 1));
            assertEquals(Optional.empty(), store.audit(JOB, 2));
            assertEquals(List.of(event(2)), store.events(JOB, 1));
            assertEquals(
                    List.of(new StudyView("study", "purpose", "ada@example.org")), store.studies());
            assertEquals(List.of("card.md"), store.models().getFirst().files());
            assertEquals(Optional.of(Bytes.ofHex("11")), store.artifact(JOB, "card.md"));
            assertEquals(Optional.empty(), store.artifact(JOB, "other"));
        }
    }

    @Test
    void whatAJobWorksOnIsKeptUntilItEndsAndWhatItReleasesLonger() throws Exception {
        try (var database = open()) {
            var token = StoredJob.submitted(database);
            var store = new JdbcJobStore(database);
            var log = new JdbcRoundLog(database);
            for (int round = 1; round <= 2; round++) {
                log.append(JOB, token, List.of(made("final", round), made("fold-0", 10 + round)));
            }
            assertEquals(
                    Optional.empty(), store.modelState(hash(1)), "replaced by the slot's newer");
            assertEquals(Optional.of(Bytes.ofHex("02")), store.modelState(hash(2)));
            assertEquals(
                    Map.of("final", Bytes.ofHex("02"), "fold-0", Bytes.ofHex("0c")),
                    log.recall(JOB).models());
            log.append(JOB, token, List.of(new LogEntry.JobChanged(view(JobState.PAUSED))));
            assertEquals(Optional.of(Bytes.ofHex("02")), store.modelState(hash(2)));
            var files = Map.of("model.safetensors", Bytes.ofHex("11"));
            log.append(
                    JOB,
                    token,
                    List.of(
                            new LogEntry.JobChanged(view(JobState.COMPLETED)),
                            new LogEntry.ArtifactsMade(hash(2), NOW, files)));
            assertEquals(Map.of(), log.recall(JOB).models());
            assertEquals(Optional.empty(), store.modelState(hash(2)));
            assertEquals(Optional.of(Bytes.ofHex("11")), store.artifact(JOB, "model.safetensors"));
        }
    }

    /** Up to version 8 they were left. */
    @Test
    void whatJobsOfAnEarlierVersionWorkedOnGoesWithTheUpdate() throws Exception {
        var live = StoredJob.retried();
        try (var database = open()) {
            fill(database);
            StoredJob.insertRetried(new JdbcJobStore(database));
            for (var job : List.of(JOB.toString(), live.id())) {
                database.update(
                        "INSERT INTO model_state (job_id, slot, hash, body) SELECT id, 'final', id,"
                                + " plan FROM job WHERE id = ?",
                        row -> row.setString(1, job));
            }
            database.update("DELETE FROM flyway_schema_history WHERE version >= '009'", _ -> {});
            database.update("DROP TABLE round_audit", _ -> {});
            database.update("DROP TABLE queue_turn", _ -> {});
            database.update("DROP INDEX job_not_ended", _ -> {});
            database.update("ALTER TABLE job DROP COLUMN priority", _ -> {});
        }
        try (var database = open()) {
            assertEquals(
                    List.of(live.id()),
                    database.query(
                            "SELECT job_id FROM model_state", _ -> {}, row -> row.getString(1)));
            assertEquals(Optional.of(live), new JdbcJobStore(database).job(JobId.of(live.id())));
        }
    }

    private static LogEntry made(String slot, int state) {
        return new LogEntry.ModelMade(slot, hash(state), Bytes.wrap(new byte[] {(byte) state}));
    }

    @Test
    void whichProcessesAJobKnowsIsReadUntilItEnds() throws Exception {
        try (var database = open()) {
            var token = StoredJob.submitted(database);
            var store = new JdbcJobStore(database);
            var log = new JdbcRoundLog(database);
            assertEquals(Map.of(), store.processes());
            var a = new SiteId("a");
            var b = new SiteId("b");
            log.append(
                    JOB,
                    token,
                    List.of(
                            new LogEntry.SiteMet(a, Bytes.ofHex("01"), 1),
                            new LogEntry.SiteMet(b, Bytes.ofHex("02"), 1)));
            log.append(JOB, token, List.of(new LogEntry.SiteMet(a, Bytes.ofHex("03"), 2)));
            assertEquals(
                    Map.of(JOB, Map.of(a, Bytes.ofHex("03"), b, Bytes.ofHex("02"))),
                    store.processes());
            log.append(JOB, token, List.of(new LogEntry.JobChanged(view(JobState.COMPLETED))));
            assertEquals(Map.of(), store.processes());
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
                        new LogEntry.RoundAudited(1, Bytes.ofHex("a0d1")),
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
    void theRoundsOfALongJobAreCountedAndReadFromTheEnd() throws Exception {
        try (var database = open()) {
            var token = StoredJob.submitted(database);
            var store = new JdbcJobStore(database);
            assertEquals(RoundTally.NONE, store.tally(JOB));
            new JdbcRoundLog(database)
                    .append(
                            JOB,
                            token,
                            List.of(
                                    ended(1, "train", "DONE", List.of("a", "b", "c"), 1),
                                    ended(2, "train", "TOO_FEW", List.of(), 90),
                                    ended(3, "train", "DONE", List.of("a", "b"), 4),
                                    ended(4, "evaluate", "DONE", List.of("a"), 3),
                                    ended(5, "evaluate", "DONE", List.of("a"), 2),
                                    new LogEntry.SumFixed(1, sites("a", "b")),
                                    new LogEntry.SumFixed(3, sites("a"))));
            assertEquals(
                    new RoundTally(
                            new TreeMap<>(
                                    Map.of(
                                            "train", new RoundTally.Sums(2, 5),
                                            "evaluate", new RoundTally.Sums(2, 2))),
                            1,
                            Optional.of(2.5)),
                    store.tally(JOB));
            assertEquals(
                    List.of(4L, 5L), store.rounds(JOB, 2).stream().map(RoundView::round).toList());
            assertEquals(store.rounds(JOB), store.rounds(JOB, 9));
            assertEquals(List.of(sites("a", "b")), store.sumsBefore(JOB, 3));
        }
    }

    private static LogEntry ended(
            long round, String task, String outcome, List<String> included, double seconds) {
        return new LogEntry.RoundEnded(
                new RoundView(
                        round,
                        1,
                        task,
                        List.of("a", "b", "c"),
                        included,
                        List.of(),
                        outcome,
                        seconds));
    }

    private static SortedSet<SiteId> sites(String... names) {
        var sites = new TreeSet<SiteId>();
        List.of(names).forEach(name -> sites.add(new SiteId(name)));
        return sites;
    }

    @Test
    void aListOfJobsHasNoAnswersOfSitesAndWhatEndedLongAgoNeedsNobody() throws Exception {
        try (var database = open()) {
            fill(database);
            var store = new JdbcJobStore(database);
            assertEquals(Map.of(), store.jobList().getFirst().siteVerdicts());
            assertEquals(view(JobState.COMPLETED).metrics(), store.jobList().getFirst().metrics());
            var ended = view(JobState.COMPLETED).ended().orElseThrow();
            assertEquals(List.of(), store.jobsSince(ended));
            assertEquals(store.jobs(), store.jobsSince(ended.minusMillis(1)));
            StoredJob.insertRetried(store);
            assertEquals(List.of(StoredJob.retried()), store.jobsSince(ended));
        }
    }

    @Test
    void theHistoryOfALongJobIsShortWhereNobodyReadsItWhole() throws Exception {
        int rounds = 2 * Recent.SUMS_MAX;
        try (var database = open()) {
            var token = StoredJob.submitted(database);
            new JdbcRoundLog(database).append(JOB, token, LongHistory.of(rounds));
            var store = new JdbcJobStore(database);
            var all = store.events(JOB, 0);
            var recent = store.recent(JOB, new Recent(0, 3, OptionalLong.empty()));
            int from = all.indexOf(LongHistory.find(all, "roundOpened", rounds - 2));
            assertEquals(all.subList(from, all.size()), tail(recent, all.size() - from));
            var before = recent.subList(0, recent.size() - (all.size() - from));
            assertEquals(LongHistory.turns(all.subList(0, from)), LongHistory.turns(before));
            var sums = before.stream().filter(event -> event.kind().equals("roundDone")).toList();
            assertTrue(sums.size() <= Recent.SUMS_MAX && sums.size() > Recent.SUMS_MAX / 2);
            assertTrue(sums.stream().noneMatch(event -> event.data().containsKey("steps")));
            // Drops before the last three rounds: in every 16th of 509, fewer than are told at
            // most.
            var drops = before.stream().filter(event -> event.kind().equals("dropped")).toList();
            assertEquals((rounds - 3) / 16, drops.size());
            assertEquals(
                    before.size(),
                    sums.size() + drops.size() + LongHistory.turns(before).size() - 1);

            var with = store.recent(JOB, new Recent(0, 3, OptionalLong.of(16)));
            for (var kind : List.of("roundOpened", "dropped", "roundDone")) {
                assertTrue(with.contains(LongHistory.find(all, kind, 16)), kind);
            }
            assertEquals(
                    with.stream().map(EventView::sequence).sorted().distinct().toList(),
                    with.stream().map(EventView::sequence).toList());
            long late = all.get(from + 1).sequence();
            assertEquals(
                    store.events(JOB, late),
                    store.recent(JOB, new Recent(late, 3, OptionalLong.empty())));
            assertEquals(all, store.recent(JOB, new Recent(0, rounds + 1, OptionalLong.empty())));
            assertTrue(store.hasEvents(JOB, all.getLast().sequence() - 1));
            assertTrue(!store.hasEvents(JOB, all.getLast().sequence()));
        }
    }

    @Test
    void theCurveOfEachTaskBeginsAndEndsWhereTheTaskDoes() throws Exception {
        int tasks = 4;
        int rounds = Recent.SUMS_MAX;
        try (var database = open()) {
            var token = StoredJob.submitted(database);
            new JdbcRoundLog(database).append(JOB, token, LongHistory.ofTasks(tasks, rounds));
            var told =
                    new JdbcJobStore(database)
                            .recent(JOB, new Recent(0, 1, OptionalLong.empty())).stream()
                                    .filter(event -> event.kind().equals("roundDone"))
                                    .map(event -> event.data().get("round"))
                                    .toList();
            for (int task = 0; task < tasks; task++) {
                assertTrue(told.contains(task * rounds + 1), "first of task " + task);
                assertTrue(told.contains((task + 1) * rounds), "last of task " + task);
            }
            assertTrue(told.size() <= Recent.SUMS_MAX + 2 * tasks, told::toString);
        }
    }

    @Test
    void aModelIsAVersionAmongThoseOfItsNameAndIsOverTheSitesOfItsSums() throws Exception {
        try (var database = open()) {
            fill(database);
            var store = new JdbcJobStore(database);
            StoredJob.insertRetried(store);
            var some = Bytes.ofHex("0a");
            var again = JobId.of(StoredJob.retried().id());
            assertEquals(Optional.empty(), store.model(again), "it has made none yet");
            var token =
                    new JdbcLeases(database)
                            .take(again, "one", Duration.ofSeconds(10))
                            .orElseThrow();
            new JdbcRoundLog(database)
                    .append(
                            again,
                            token,
                            List.of(
                                    ended(1, "train", "DONE", List.of("a", "b", "c"), 1),
                                    ended(2, "train", "TOO_FEW", List.of(), 90),
                                    ended(3, "evaluate fold 0", "DONE", List.of("a", "b"), 4),
                                    new LogEntry.Evaluated(3, Map.of("rows", new double[] {7})),
                                    new LogEntry.RoundOpened(
                                            4, 1, "train", NOW, new SignedBody(some, some)),
                                    new LogEntry.ArtifactsMade(
                                            hash(3), NOW.plusSeconds(60), Map.of())));
            var model = store.model(again).orElseThrow();
            assertEquals(
                    List.of(2, 1),
                    model.versions().stream().map(ModelRecord.Version::number).toList());
            assertEquals(Optional.of(JOB.toString()), model.versions().getFirst().retryOf());
            assertEquals(Map.of("auc", 0.875), model.versions().getLast().metrics());
            assertEquals(
                    new ModelRecord.Sums(2, new TreeMap<>(Map.of("a", 2, "b", 2, "c", 1))),
                    model.sums());
            assertEquals("evaluate fold 0", model.evaluations().getFirst().task());
            assertEquals(7, model.evaluations().getFirst().sums().get("rows")[0]);
            assertEquals(0, store.newestRound(JOB));
            assertEquals(4, store.newestRound(again));
        }
    }

    private static List<EventView> tail(List<EventView> events, int length) {
        return events.subList(events.size() - length, events.size());
    }

    @Test
    void aRetryDoesNotTakeAStudyBackToWhatItWas() {
        try (var database = open()) {
            var store = new JdbcJobStore(database);
            StoredJob.insert(store);
            database.update("UPDATE study SET purpose = 'a newer one'", _ -> {});
            StoredJob.insertRetried(store);
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
