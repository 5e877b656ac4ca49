package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.coordinator.driver.KilledLog.Moment;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A site whose process is replaced in a round sends the upload that it had recorded, and is in the sum although it can neither
 * sign nor reveal. N = 6, C = 1, q = t = 4.
 */
class ResentUploadTest {
    private static final int SITES = 6;
    private static final int RESTARTED = 3;

    /** As in {@link Incarnations}, with less patience: everybody who can come back does so at once. */
    private static final DriverTimes TIMES =
            new DriverTimes(
                    Duration.ofMillis(20),
                    Duration.ofMillis(400),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5));

    @TempDir Path directory;

    private Consortium consortium(String name) {
        return new Consortium(SITES, 1, directory.resolve(name), Consortium.QUICK);
    }

    /** Round 2 of a job in which site 3 dies before or after its upload leaves, and comes back at once. */
    private RoundView restarted(Fate.Step step, Consumer<SimSites> fates) {
        try (var c = consortium(step.name())) {
            var plan = Consortium.plan(SITES, 4, 0, 4, 60);
            c.sites.site(RESTARTED).suffers(new Fate(2, step, Fate.Kind.RESTARTS));
            fates.accept(c.sites);
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            JobEndToEndTest.assertExactSums(c, plan);
            for (var site : c.sites.all()) {
                assertTrue(site.trainings.values().stream().allMatch(times -> times == 1));
                assertTrue(site.inputs.values().stream().allMatch(bytes -> bytes.size() == 1));
            }
            assertTrue(c.rounds().stream().allMatch(round -> round.outcome().equals("DONE")));
            var second = c.rounds().get(1);
            assertEquals(1, second.epoch());
            return second;
        }
    }

    private static Set<String> without(Integer... gone) {
        return IntStream.range(0, SITES)
                .filter(site -> !List.of(gone).contains(site))
                .mapToObj(site -> "site-" + site)
                .collect(Collectors.toSet());
    }

    @Test
    void anUploadThatHadNotLeftIsSentByTheNextProcess() {
        var round = restarted(Fate.Step.UPLOAD, _ -> {});
        assertEquals(without(), Set.copyOf(round.included()));
    }

    @Test
    void theSiteStaysInTheSumAlsoWhereTheOthersVote() {
        for (var step : List.of(Fate.Step.UPLOAD, Fate.Step.AFTER_UPLOAD)) {
            var round = restarted(step, sites -> sites.site(5).isFaulty(2, 2));
            assertEquals(without(5), Set.copyOf(round.included()), step::name);
        }
    }

    /** Nobody waits for what does not exist: the round time of a minute plays no part. */
    @Test
    void aSiteThatHasLostItSaysSoAndTheRoundGoesOn() {
        var round = restarted(Fate.Step.UPLOAD, sites -> sites.site(RESTARTED).losesPower());
        assertEquals(without(RESTARTED), Set.copyOf(round.included()));
        assertEquals(
                Map.of("site-" + RESTARTED, "upload"),
                round.dropped().stream().collect(Collectors.toMap(d -> d.site(), d -> d.step())));
        assertTrue(round.seconds() < 20, () -> "it took " + round.seconds() + " s");
    }

    @Test
    void aVectorThatWasLostWithTheCoordinatorComesFromTheNextProcessOfItsSite() throws Exception {
        dies(
                "voting",
                sites -> sites.site(5).isFaulty(1, 1),
                entries ->
                        happened(entries).stream()
                                .anyMatch(e -> e instanceof RoundEvent.SignVerified),
                without(5));
        var folded = new ArrayList<RoundEvent>();
        dies(
                "certified",
                _ -> {},
                entries -> {
                    happened(entries).stream()
                            .filter(e -> e instanceof RoundEvent.InputFolded)
                            .forEach(folded::add);
                    return folded.size() == SITES;
                },
                without());
        dies(
                "collecting",
                _ -> {},
                entries ->
                        happened(entries).stream()
                                .anyMatch(e -> e instanceof RoundEvent.InputFolded),
                without());
    }

    private static List<RoundEvent> happened(List<LogEntry> entries) {
        return entries.stream()
                .filter(entry -> entry instanceof LogEntry.RoundHappened)
                .map(entry -> ((LogEntry.RoundHappened) entry).event())
                .toList();
    }

    /** As {@link RestartWithoutASiteTest}, but the site of U3 that dies with the coordinator comes back. */
    private void dies(
            String name,
            Consumer<SimSites> fates,
            Predicate<List<LogEntry>> last,
            Set<String> included)
            throws Exception {
        var plan = Consortium.plan(SITES, 2, 0, 4, 60);
        try (var run = new Incarnations(SITES, plan, directory.resolve(name), log -> log, TIMES)) {
            fates.accept(run.sites);
            var logs = new ArrayList<KilledLog>();
            run.start(
                    log -> {
                        logs.add(new KilledLog(log, (_, now) -> last.test(now), Moment.AFTER));
                        return logs.getFirst();
                    });
            assertTrue(logs.getFirst().awaitKillOr(run::hasEnded), name);
            run.kill();
            assertFalse(run.hasEnded());
            run.sites.site(0).startsAnew();
            run.restart(log -> log);
            run.await();

            assertEquals(JobState.COMPLETED, run.view().state(), () -> run.view().toString());
            var rounds = run.entries(LogEntry.RoundEnded.class);
            assertEquals(
                    List.of("DONE", "DONE"),
                    rounds.stream().map(round -> round.view().outcome()).toList(),
                    name);
            assertEquals(included, Set.copyOf(rounds.getFirst().view().included()), name);
            assertEquals(1, run.sites.site(0).trainings.get(1L), name);
            assertEquals(1, run.sites.site(0).inputs.get(1L).size(), name);
            run.sites.fixed.forEach((round, sets) -> assertEquals(1, sets.size(), name + round));
        }
    }
}
