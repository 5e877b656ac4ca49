package io.confide.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Many worlds without a broken invariant, in which everything that can go wrong did. */
class SwarmTest {
    private static final long SEED = Long.getLong("confide.seed", 1);
    private static final long WORLDS = Long.getLong("confide.worlds", 1000);
    private static final int THREADS = 2;

    /** What a simulator that has stopped injecting would count no more. */
    private static final List<String> FAULTS =
            List.of(
                    "frame lost",
                    "frame repeated",
                    "frame cut off",
                    "message lost between members",
                    "partition",
                    "site slow",
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
                    "round withdrawn",
                    "job COMPLETED",
                    "job FAILED");

    private final Swarm swarm = new Swarm();

    @Test
    void noWorldBreaksAnInvariantAndEveryFaultHappens() throws Exception {
        var report = swarm.run(new Swarm.Wish(SEED, WORLDS, Duration.ofMinutes(4), THREADS));
        assertEquals(
                "",
                report.failures().stream().map(SwarmTest::words).collect(Collectors.joining("\n")));
        assertEquals(WORLDS, report.worlds());
        assertEquals(
                List.of(),
                FAULTS.stream().filter(fault -> report.tally().of(fault) == 0).toList(),
                "faults that never happened");
        assertEquals(
                List.of(),
                COURSE.stream().filter(what -> report.tally().of(what) == 0).toList(),
                "what never came of them");
        assertTrue(report.twice() >= WORLDS / Swarm.TWICE_EVERY);
        assertTrue(
                report.tally().of("job COMPLETED") > WORLDS / 2,
                "most jobs come through: " + report.tally().all());
    }

    @Test
    void aWorldWithoutFaultsCompletesWithEverySite() {
        for (int sites = 3; sites <= 7; sites++) {
            for (var keys : Scenario.Keys.values()) {
                var calm =
                        new Scenario(
                                sites,
                                sites,
                                2,
                                keys,
                                Scenario.Inputs.RANDOM,
                                Scenario.Rates.CALM,
                                List.of());
                var outcome = swarm.run(calm);
                assertEquals(List.of(), outcome.violation().stream().toList(), words(outcome));
                assertEquals(1, outcome.tally().of("job COMPLETED"));
                assertEquals(2, outcome.tally().of("round DONE"));
            }
        }
    }

    @Test
    void aWorldOfGroupsCompletesWithEveryGroup() {
        for (var keys : Scenario.Keys.values()) {
            var calm =
                    new Scenario(
                            5,
                            12,
                            2,
                            3,
                            keys,
                            Scenario.Inputs.RANDOM,
                            Scenario.Rates.CALM,
                            List.of());
            var outcome = swarm.run(calm);
            assertEquals(List.of(), outcome.violation().stream().toList(), words(outcome));
            assertEquals(1, outcome.tally().of("job COMPLETED"));
            assertEquals(6, outcome.tally().of("round DONE"));
            assertEquals(2, outcome.tally().of("groups combined"));
        }
    }

    private static String words(Swarm.Failure failure) {
        return failure.found().scenario().seed()
                + ": "
                + words(failure.shrunk())
                + "\n"
                + failure.scenario();
    }

    private static String words(Outcome outcome) {
        return outcome.violation() + "\n  " + String.join("\n  ", outcome.lines());
    }
}
