package io.confide.coordinator.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.InMemoryRoundLog;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.Drop;
import io.confide.coordinator.round.RoundEvent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

class MeasuredLogTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final SignedBody SIGNED =
            new SignedBody(Bytes.wrap(new byte[1]), Bytes.wrap(new byte[64]));
    private static final List<Drop.Cause> CAUSES =
            List.of(
                    new Drop.Cause.NotConnected(),
                    new Drop.Cause.LeftOut(),
                    new Drop.Cause.Lost(),
                    new Drop.Cause.Late(),
                    new Drop.Cause.Declined("K11"),
                    new Drop.Cause.Unusable("LENGTH"));

    private final Metrics metrics = new Metrics();
    private final InMemoryRoundLog inner = new InMemoryRoundLog();
    private long nanos;
    private final MeasuredLog log = new MeasuredLog(inner, metrics, () -> nanos);
    private final MeasuredLeases leases = new MeasuredLeases(inner, metrics);
    private final FencingToken token = leases.take(JOB, "one", Duration.ofMinutes(1)).orElseThrow();

    @AfterEach
    void close() {
        metrics.close();
    }

    private void append(long atMillis, LogEntry... entries) throws FencedException {
        nanos = Duration.ofMillis(atMillis).toNanos();
        log.append(JOB, token, List.of(entries));
    }

    private static LogEntry opened(long round) {
        return new LogEntry.RoundOpened(round, 1, "train final", Instant.EPOCH, SIGNED);
    }

    private static LogEntry reveal(long round, long sequence, String site) {
        return new LogEntry.RoundHappened(
                round, sequence, new RoundEvent.RevealVerified(new SiteId(site)));
    }

    private static LogEntry sign(long round, long sequence, String site) {
        return new LogEntry.RoundHappened(
                round,
                sequence,
                new RoundEvent.SignVerified(new SiteId(site), Bytes.wrap(new byte[64])));
    }

    private static LogEntry ended(long round, String outcome, List<DroppedView> dropped) {
        return new LogEntry.RoundEnded(
                new RoundView(
                        round,
                        1,
                        "train final",
                        List.of("a", "b", "c"),
                        outcome.equals("DONE") ? List.of("a", "b") : List.of(),
                        dropped,
                        outcome,
                        0.25));
    }

    private void assertScraped(String line) {
        var scraped = metrics.scrape();
        assertTrue(scraped.contains(line + "\n"), () -> line + " is not in\n" + scraped);
    }

    @Test
    void roundsAndWhatTheyWaitedForAreCountedOnceTheyAreDurable() throws Exception {
        append(1000, opened(1));
        append(1100, sign(1, 0, "a"));
        append(1300, sign(1, 1, "b"));
        append(1700, reveal(1, 2, "a"), reveal(1, 3, "b"));
        append(2500, ended(1, "DONE", List.of()));
        append(2600, opened(2), ended(2, "NO_QUORUM", List.of()));

        assertScraped("confide_rounds_seconds_count{outcome=\"done\"} 1");
        assertScraped("confide_rounds_seconds_sum{outcome=\"done\"} 0.25");
        assertScraped("confide_rounds_seconds_count{outcome=\"no_quorum\"} 1");
        assertScraped("confide_inputs_included_total 2.0");
        assertScraped("confide_round_phases_seconds_sum{phase=\"sign\"} 0.3");
        assertScraped("confide_round_phases_seconds_sum{phase=\"reveal\"} 0.4");
        assertScraped("confide_round_phases_seconds_sum{phase=\"finish\"} 0.8");
        assertScraped("confide_round_phases_seconds_count{phase=\"collect\"} 2");
    }

    @Test
    void aJobIsCountedFromItsLeaseToItsEnd() throws Exception {
        assertScraped("confide_jobs{state=\"awaiting_approval\"} 1.0");
        metrics.job(JOB, JobState.PAUSED);
        assertScraped("confide_jobs{state=\"awaiting_approval\"} 0.0");
        assertScraped("confide_jobs{state=\"paused\"} 1.0");
        metrics.job(JOB, JobState.CANCELLED);
        assertScraped("confide_jobs{state=\"paused\"} 0.0");
        assertScraped("confide_jobs_ended_total{state=\"cancelled\"} 1.0");
    }

    @Test
    void everyCauseOfADropHasItsOwnLabel() throws Exception {
        var dropped = new ArrayList<DroppedView>();
        CAUSES.forEach(cause -> dropped.add(new DroppedView("a", "upload", cause.words())));
        append(0, opened(1), ended(1, "DONE", dropped));
        var labels = new TreeSet<String>();
        var found =
                Pattern.compile("sites_dropped_total\\{cause=\"(\\w+)\"").matcher(metrics.scrape());
        while (found.find()) {
            labels.add(found.group(1));
        }
        assertEquals(CAUSES.size(), labels.size(), labels::toString);
        assertFalse(labels.contains("other"), labels::toString);
        assertFalse(metrics.scrape().contains("K11"));
    }

    @Test
    void anAppendOfACoordinatorThatWasReplacedCountsAsFencedAndNothingInItDoes() {
        leases.take(JOB, "one", Duration.ofMinutes(1));
        assertThrows(FencedException.class, () -> append(0, opened(1)));
        assertScraped("confide_journal_appends_seconds_count{outcome=\"fenced\"} 1");
        assertFalse(metrics.scrape().contains("confide_round_phases"));
        leases.take(JOB, "two", Duration.ofMinutes(1));
        assertScraped("confide_leases_total{what=\"held_by_another\"} 1.0");
        assertScraped("confide_leases_total{what=\"taken\"} 2.0");
    }

    /** The page names whatever there is, and nothing else. */
    @Test
    void everyMetricIsDocumented() throws Exception {
        append(
                0,
                opened(1),
                new LogEntry.EpochBegun(1),
                ended(1, "DONE", List.of(new DroppedView("a", "open", "too late"))));
        metrics.job(JOB, JobState.TRAINING);
        metrics.job(JOB, JobState.COMPLETED);
        metrics.message(Metrics.Direction.SENT, 1);
        metrics.greeted(Metrics.Greeted.NEW);
        metrics.chunk(Metrics.Chunk.STORED, 1);
        metrics.request("listJobs", 200, Duration.ofMillis(1));
        var there = new TreeSet<String>();
        metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE confide_") && !line.contains("_max "))
                .forEach(line -> there.add(line.split(" ")[2]));
        var told = new TreeSet<String>();
        var page = Files.readString(Path.of("..", "deploy", "docs", "METRICS.md"));
        var names = Pattern.compile("`(confide_\\w+)`").matcher(page);
        while (names.find()) {
            told.add(names.group(1));
        }
        assertEquals(there, told);
        assertScraped("confide_jobs{state=\"training\"} 0.0");
        assertScraped("confide_jobs_ended_total{state=\"completed\"} 1.0");
    }
}
