package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.coordinator.driver.KilledLog.Moment;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.round.RoundEvent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A site of U3 dies together with the coordinator, which alone had its vector: that costs the round, and not the job. */
class RestartWithoutASiteTest {
    private static final int SITES = 6;

    /** The dead site is waited for; the others come back at once. */
    private static final DriverTimes TIMES =
            new DriverTimes(
                    Duration.ofMillis(20),
                    Duration.ofMillis(1500),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(3));

    @TempDir Path directory;

    @Test
    void aSiteThatDiesDuringTheVoteCostsOneRound() throws Exception {
        dies(
                sites -> sites.site(5).isFaulty(1, 1),
                entries -> happened(entries).anyMatch(e -> e instanceof RoundEvent.SignVerified));
    }

    /** Everybody has uploaded, so the certificate is decided and nobody has seen it. */
    @Test
    void aSiteThatDiesBeforeTheCertificateIsOutCostsOneRound() throws Exception {
        var folded = new ArrayList<RoundEvent>();
        dies(
                _ -> {},
                entries -> {
                    happened(entries)
                            .filter(e -> e instanceof RoundEvent.InputFolded)
                            .forEach(folded::add);
                    return folded.size() == SITES;
                });
    }

    private static Stream<RoundEvent> happened(List<LogEntry> entries) {
        return entries.stream()
                .filter(entry -> entry instanceof LogEntry.RoundHappened)
                .map(entry -> ((LogEntry.RoundHappened) entry).event());
    }

    private void dies(Consumer<SimSites> fates, Predicate<List<LogEntry>> last) throws Exception {
        var plan = Consortium.plan(SITES, 2, 0, 4, 60);
        try (var run = new Incarnations(SITES, plan, directory, log -> log, TIMES)) {
            fates.accept(run.sites);
            var logs = new ArrayList<KilledLog>();
            run.start(
                    log -> {
                        logs.add(new KilledLog(log, (_, now) -> last.test(now), Moment.AFTER));
                        return logs.getFirst();
                    });
            assertTrue(logs.getFirst().awaitKillOr(run::hasEnded));
            run.kill();
            assertFalse(run.hasEnded());
            run.restartWithout(run.sites.site(0));
            run.await();

            assertEquals(JobState.COMPLETED, run.view().state(), () -> run.view().toString());
            var rounds = run.entries(LogEntry.RoundEnded.class);
            assertEquals(
                    List.of("LEADER", "DONE", "DONE"),
                    rounds.stream().map(round -> round.view().outcome()).toList());
            assertTrue(
                    rounds.getFirst().view().dropped().stream()
                            .filter(drop -> drop.site().equals("site-0"))
                            .map(DroppedView::step)
                            .anyMatch("upload"::equals),
                    () -> rounds.getFirst().view().dropped().toString());
            for (var round : rounds.subList(1, 3)) {
                assertFalse(round.view().included().contains("site-0"));
            }
            assertEquals(1, run.entries(LogEntry.RoundWithdrawn.class).size());
        }
    }
}
