package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.coordinator.driver.KilledLog.Moment;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.round.RoundEvent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A coordinator that is killed in every append of its journal, and the process that takes the job up. The sites go on living:
 * site i's input is the i-th unit vector, so a model tells whose inputs are in it, and how often.
 */
class RestartTest {
    private static final int SITES = 5;

    /** Every kill in every test, and more of two kills: {@code -Dconfide.exhaustive=true}. */
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("confide.exhaustive");

    /** So many reveals open a sum. */
    private static final int QUORUM = 4;

    @TempDir Path directory;

    private static Plan plan(int rounds, int folds) {
        return Consortium.nearest(Consortium.plan(SITES, rounds, folds, 4, 60));
    }

    /** What is compared between two runs. */
    private record Outcome(
            List<List<String>> included, List<Bytes> models, Set<String> metrics, Bytes released) {}

    private Incarnations incarnations(Plan plan, String name) throws Exception {
        return new Incarnations(SITES, plan, directory.resolve(name), log -> log);
    }

    private static Outcome outcome(Incarnations run) {
        var end = run.view();
        assertEquals(JobState.COMPLETED, end.state(), end::toString);
        var metrics = new TreeSet<String>();
        end.metrics().forEach((name, value) -> metrics.add(name + "=" + value));
        var files = run.entries(LogEntry.ArtifactsMade.class);
        assertEquals(1, files.size());
        return new Outcome(
                run.entries(LogEntry.RoundEnded.class).stream()
                        .map(round -> round.view().included())
                        .toList(),
                run.models().stream().map(model -> model.bytes()).toList(),
                metrics,
                files.getFirst().files().get(Artifacts.MODEL));
    }

    private Outcome undisturbed(Plan plan, Consumer<SimSites> fates) throws Exception {
        try (var run = incarnations(plan, "undisturbed")) {
            fates.accept(run.sites);
            run.start(log -> log);
            run.await();
            return outcome(run);
        }
    }

    private static void assertNothingWasRepeated(Incarnations run, int rounds, String when) {
        assertEquals(rounds, run.entries(LogEntry.RoundEnded.class).size(), when);
        for (var site : run.sites.all()) {
            assertTrue(site.trainings.values().stream().allMatch(times -> times == 1), when);
            assertTrue(site.inputs.values().stream().allMatch(bytes -> bytes.size() == 1), when);
        }
        run.sites.fixed.forEach((round, sets) -> assertEquals(1, sets.size(), when + " " + round));
    }

    /** Where a record leaves its newest round. */
    private static String phase(JobRecord record) {
        long open = record.newest().map(round -> round.opened().round()).orElse(0L);
        boolean ended = record.ended().stream().anyMatch(view -> view.round() == open);
        if (open == 0 || ended) {
            return record.epochs().isEmpty() ? "no keys" : "between";
        }
        var events = record.newest().orElseThrow().events();
        if (events.stream().filter(e -> e instanceof RoundEvent.RevealVerified).count() >= QUORUM) {
            return "disputed";
        }
        if (events.stream().anyMatch(e -> e instanceof RoundEvent.RevealVerified)) {
            return "revealing";
        }
        if (events.stream().anyMatch(e -> e instanceof RoundEvent.SignVerified)) {
            return "signed";
        }
        return events.stream().anyMatch(e -> e instanceof RoundEvent.InputFolded)
                ? "folded"
                : "open";
    }

    /** When in an append a run is killed. */
    private interface Moments {
        List<Moment> of(int append);
    }

    /** Before and after every append. */
    private static final Moments ALL = _ -> List.of(Moment.values());

    /** Every length of the journal once, in turn seen and unseen: before append 2k there are 2k - 1, after it 2k. */
    private static final Moments IN_TURN =
            EXHAUSTIVE ? ALL : append -> append % 2 == 0 ? List.of(Moment.values()) : List.of();

    /** Kills a run of {@code plan} in every append there is, and compares what the next process makes of it. */
    private Set<String> killEverywhere(
            Plan plan, int rounds, Moments moments, Consumer<SimSites> fates) throws Exception {
        var expected = undisturbed(plan, fates);
        var phases = new TreeSet<String>();
        boolean more = true;
        for (int append = 1; more; append++) {
            for (var moment : moments.of(append)) {
                var when = moment + " append " + append;
                try (var run = incarnations(plan, moment + "-" + append)) {
                    fates.accept(run.sites);
                    int last = append;
                    var logs = new ArrayList<KilledLog>();
                    run.start(
                            log -> {
                                logs.add(new KilledLog(log, last, moment));
                                return logs.getFirst();
                            });
                    more = logs.getFirst().awaitKillOr(run::hasEnded);
                    if (more) {
                        var left = run.kill();
                        phases.add(phase(left));
                        when += " in " + phase(left);
                        if (!run.hasEnded()) {
                            run.restart(log -> log);
                            run.await();
                        }
                    }
                    assertEquals(expected, outcome(run), when);
                    assertNothingWasRepeated(run, rounds, when);
                }
            }
        }
        return phases;
    }

    @Test
    void aJobGoesOnAfterAKillInAnyAppendOfItsJournal() throws Exception {
        var phases = killEverywhere(plan(3, 0), 3, ALL, _ -> {});
        assertTrue(phases.containsAll(Set.of("no keys", "open", "folded")), phases::toString);
    }

    @Test
    void aVoteGoesOnAfterAKillInAnyAppend() throws Exception {
        killEverywhere(plan(2, 0), 2, IN_TURN, sites -> sites.site(4).isFaulty(1, 1));
    }

    @Test
    void aFailedRoundIsGivenUpAndRepeatedAfterAKillInAnyAppend() throws Exception {
        killEverywhere(
                plan(1, 0),
                2,
                IN_TURN,
                sites -> {
                    sites.site(3).isFaulty(1, 1);
                    sites.site(4).isFaulty(1, 1);
                });
    }

    @Test
    void theSameCertificateIsShownAfterAKillBetweenTheVoteAndIt() throws Exception {
        var plan = plan(1, 0);
        var expected = undisturbed(plan, sites -> sites.site(4).isFaulty(1, 1));
        for (var moment : Moment.values()) {
            try (var run = incarnations(plan, "vote-" + moment)) {
                run.sites.site(4).isFaulty(1, 1);
                var logs = new ArrayList<KilledLog>();
                run.start(
                        log -> {
                            logs.add(new KilledLog(log, (_, entries) -> isVote(entries), moment));
                            return logs.getFirst();
                        });
                assertTrue(logs.getFirst().awaitKillOr(run::hasEnded));
                assertEquals(moment == Moment.AFTER ? "signed" : "folded", phase(run.kill()));
                run.restart(log -> log);
                run.await();
                assertEquals(expected, outcome(run));
                assertNothingWasRepeated(run, 1, "vote");
            }
        }
    }

    private static boolean isVote(List<LogEntry> entries) {
        return entries.stream()
                .anyMatch(
                        entry ->
                                entry instanceof LogEntry.RoundHappened happened
                                        && happened.event() instanceof RoundEvent.SignVerified);
    }

    /** A wrong share is among the first, because another site reveals late. */
    private static void dispute(SimSites sites) {
        sites.site(1).lies().revealsWrongly(2);
        sites.site(3).lies().revealsLate();
    }

    @Test
    void aDisputeOverASecretIsFoughtAgainAfterAKillInAnyAppend() throws Exception {
        killEverywhere(plan(1, 0), 1, IN_TURN, RestartTest::dispute);
    }

    /** In how many appends the reveals become durable differs from run to run; the one with the last of a quorum is there in all. */
    @Test
    void aDisputeIsFoughtAgainAfterAKillWithTheRevealThatBringsIt() throws Exception {
        var plan = plan(1, 0);
        var expected = undisturbed(plan, RestartTest::dispute);
        try (var run = incarnations(plan, "dispute")) {
            dispute(run.sites);
            var reveals = new AtomicInteger();
            var logs = new ArrayList<KilledLog>();
            run.start(
                    log -> {
                        logs.add(
                                new KilledLog(
                                        log,
                                        (_, entries) ->
                                                reveals.addAndGet(reveals(entries)) >= QUORUM,
                                        Moment.AFTER));
                        return logs.getFirst();
                    });
            assertTrue(logs.getFirst().awaitKillOr(run::hasEnded));
            assertEquals("disputed", phase(run.kill()));
            run.restart(log -> log);
            run.await();
            assertEquals(expected, outcome(run));
            assertNothingWasRepeated(run, 1, "dispute");
        }
    }

    private static int reveals(List<LogEntry> entries) {
        return (int)
                entries.stream()
                        .filter(
                                entry ->
                                        entry instanceof LogEntry.RoundHappened happened
                                                && happened.event()
                                                        instanceof RoundEvent.RevealVerified)
                        .count();
    }

    @Test
    void evaluationsAreInTheReportOfAJobThatWasKilled() throws Exception {
        var phases = killEverywhere(plan(1, 2), 5, IN_TURN, _ -> {});
        assertTrue(phases.contains("folded"), phases::toString);
    }

    /** The model that comes back may have been made before the kill. */
    @Test
    void trainingThatStandsStillIsOverAfterAKillInAnyAppend() throws Exception {
        killEverywhere(
                plan(9, 0), 3, IN_TURN, sites -> sites.all().forEach(s -> s.settlesAfter(1)));
    }

    /** A second kill, at once after the first restart or a little later. */
    @Test
    void aJobGoesOnAfterTwoKills() throws Exception {
        var plan = plan(3, 0);
        var expected = undisturbed(plan, _ -> {});
        for (int append = 4; append <= 10; append += EXHAUSTIVE ? 1 : 3) {
            for (int again = 1; again <= 3; again++) {
                var when = "append " + append + " and again " + again;
                try (var run = incarnations(plan, append + "-" + again)) {
                    killedOnce(run, append, Moment.AFTER);
                    if (run.hasEnded()) {
                        continue;
                    }
                    int last = again;
                    var second = new ArrayList<KilledLog>();
                    run.restart(
                            log -> {
                                second.add(new KilledLog(log, last, Moment.AFTER));
                                return second.getFirst();
                            });
                    assertTrue(second.getFirst().awaitKillOr(run::hasEnded), when);
                    run.kill();
                    if (!run.hasEnded()) {
                        run.restart(log -> log);
                        run.await();
                    }
                    assertEquals(expected, outcome(run), when);
                    assertNothingWasRepeated(run, 3, when);
                }
            }
        }
    }

    /** Kills the first process in this append, or when the job has ended before. */
    private static void killedOnce(Incarnations run, int append, Moment moment) throws Exception {
        var logs = new ArrayList<KilledLog>();
        run.start(
                log -> {
                    logs.add(new KilledLog(log, append, moment));
                    return logs.getFirst();
                });
        logs.getFirst().awaitKillOr(run::hasEnded);
        run.kill();
    }

    /**
     * A site loses its connection before its upload of round 2, so the round is fixed without it. It comes back when the
     * coordinator has restarted, and would upload: the round must not be fixed a second time, with it.
     *
     * @return the first kill after which a round has a second U3
     */
    private Optional<String> secondU3(UnaryOperator<RoundLog> flaw) throws Exception {
        for (int append = 6; append <= 12; append++) {
            for (var moment : IN_TURN.of(append)) {
                var when = moment + " append " + append;
                var folder = directory.resolve("wander-" + moment + append);
                try (var run = new Incarnations(SITES, plan(2, 0), folder, flaw)) {
                    run.sites.site(4).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.WANDERS));
                    killedOnce(run, append, moment);
                    if (!run.hasEnded()) {
                        run.restart(log -> log);
                        run.await(Duration.ofSeconds(8));
                    }
                    var twice =
                            run.sites.fixed.entrySet().stream()
                                    .filter(round -> round.getValue().size() > 1)
                                    .findFirst();
                    if (twice.isPresent()) {
                        return Optional.of(when + ": " + twice.get());
                    }
                    assertEquals(JobState.COMPLETED, run.view().state(), when);
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void theInputsOfARoundAreFixedOnceAlthoughALateOneComesAfterTheRestart() throws Exception {
        assertEquals(Optional.empty(), secondU3(log -> log));
    }

    @Test
    void thePlantedBugThatSpeaksBeforeItIsDurableIsCaught() throws Exception {
        Optional<String> caught;
        try {
            caught = secondU3(LateLog::new);
        } catch (AssertionError e) {
            caught = Optional.of("the job stands still: " + e.getMessage());
        }
        assertTrue(caught.isPresent());
    }

    /** Says that facts are durable, and writes them only with the next ones. */
    private static final class LateLog implements RoundLog {
        private final RoundLog log;
        private List<LogEntry> late = List.of();

        LateLog(RoundLog log) {
            this.log = log;
        }

        @Override
        public void append(JobId job, FencingToken token, List<LogEntry> entries)
                throws FencedException {
            log.append(job, token, late);
            late = List.copyOf(entries);
        }

        @Override
        public List<RoundEvent> read(JobId job, long round) {
            return log.read(job, round);
        }

        @Override
        public JobRecord recall(JobId job) {
            return log.recall(job);
        }
    }
}
