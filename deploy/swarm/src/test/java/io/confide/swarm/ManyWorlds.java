package io.confide.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Worlds by the thousand, of which none may break an invariant, and in which everything must have happened that can. */
final class ManyWorlds {
    /** Only so that a run ends; how fast it is says {@code confide swarm}. */
    private static final Duration BOUND = Duration.ofMinutes(20);

    /** What a simulator that has stopped injecting would count no more. */
    private static final List<String> FAULTS =
            List.of(
                    "frame lost",
                    "frame repeated",
                    "frame cut off",
                    "message lost between members",
                    "partition",
                    "site slow",
                    "site hangs",
                    "site late",
                    "site crashed",
                    "power failed",
                    "site died",
                    "coordinator crashed",
                    "coordinator killed BEFORE an append",
                    "coordinator killed AFTER an append",
                    "answer of an append lost",
                    "lease taken over",
                    "coordinator fenced",
                    "clock of a site jumped",
                    "clock of the coordinator jumped",
                    "input torn",
                    "lie told: wrong length",
                    "lie told: bad share",
                    "lie told: input twice",
                    "attack sent: OTHER_SET",
                    "attack sent: SMALL_COHORT",
                    "attack sent: REPLAYED_ROUND",
                    "attack sent: SWAPPED_KEY",
                    "attack sent: FORGED_CERTIFICATE");

    /** What only worlds that come through their faults count. */
    private static final List<String> COURSE =
            List.of(
                    "input made",
                    "input of another process sent",
                    "site refused",
                    "key set-up in the world",
                    "keys made",
                    "round DONE",
                    "round TOO_FEW",
                    "round NO_SHARES",
                    "groups combined",
                    "round taken over",
                    "round closed early",
                    "site counted again after an early close",
                    "round withdrawn",
                    "job COMPLETED",
                    "job FAILED");

    private ManyWorlds() {}

    /** Runs the worlds of {@code seed} and those after it. */
    static void run(long seed, long worlds, int threads) throws InterruptedException {
        var report = new Swarm().run(new Swarm.Wish(seed, worlds, BOUND, threads));
        assertEquals(
                "",
                report.failures().stream()
                        .map(ManyWorlds::words)
                        .collect(Collectors.joining("\n")));
        assertEquals(worlds, report.worlds());
        assertEquals(
                List.of(),
                FAULTS.stream().filter(fault -> report.tally().of(fault) == 0).toList(),
                "faults that never happened");
        assertEquals(
                List.of(),
                COURSE.stream().filter(what -> report.tally().of(what) == 0).toList(),
                "what never came of them");
        assertTrue(report.twice() >= worlds / Swarm.TWICE_EVERY);
        assertTrue(
                report.tally().of("job COMPLETED") > worlds / 2,
                "most jobs come through: " + report.tally().all());
    }

    /** What happened in a world, for whoever reads a failed test. */
    static String words(Outcome outcome) {
        return outcome.violation() + "\n  " + String.join("\n  ", outcome.lines());
    }

    private static String words(Swarm.Failure failure) {
        return failure.found().scenario().seed()
                + ": "
                + words(failure.shrunk())
                + "\n"
                + failure.scenario();
    }
}
