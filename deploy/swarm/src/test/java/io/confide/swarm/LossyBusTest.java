package io.confide.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.swarm.Op.Way;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whatever is lost once between the driver and a site at another member is asked for again, in time and without a second input. */
class LossyBusTest {
    private static final int ROUNDS = 2;

    private final Swarm swarm = new Swarm();

    @ParameterizedTest
    @EnumSource
    void everyRoundHasEverySite(Way way) {
        for (var keys : Scenario.Keys.values()) {
            for (int sites = 3; sites <= 7; sites++) {
                var outcome = run(sites, keys, new Op.Bus(way));
                assertEquals((long) sites * ROUNDS, outcome.tally().of("input made"));
                assertEquals(List.of("job COMPLETED", "round DONE"), ends(outcome), words(outcome));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aVoteIsHeld(Way way) {
        // So slow that its round closes without it.
        var outcome = run(6, Scenario.Keys.PREPARED, new Op.Bus(way), new Op.Slow(2, 30_000));
        assertEquals(List.of("job COMPLETED", "round DONE"), ends(outcome), words(outcome));
        assertTrue(
                outcome.lines().stream().anyMatch(line -> line.contains(" Cert 2 -> Reveal")),
                words(outcome));
    }

    @ParameterizedTest
    @EnumSource
    void aSlowSiteIsInTheSum(Way way) {
        var outcome = run(4, Scenario.Keys.PREPARED, new Op.Bus(way), new Op.Slow(1, 14_000));
        assertEquals(List.of("job COMPLETED", "round DONE"), ends(outcome), words(outcome));
    }

    @ParameterizedTest
    @EnumSource
    void aFalseShareIsFound(Way way) {
        var outcome =
                run(6, Scenario.Keys.PREPARED, new Op.Bus(way), new Op.Lies(3, Op.Lie.BAD_SHARE));
        assertEquals(List.of("job COMPLETED", "round DONE"), ends(outcome), words(outcome));
    }

    /** In each append of a job its process dies, and the next one takes over what had come so far. */
    @ParameterizedTest
    @EnumSource
    void whoeverTakesOverAsksAsWell(Way way) {
        for (int append = 1; append <= 20; append++) {
            var killed = new Op.CrashInAppend(append, Op.Moment.AFTER, 1_000);
            var outcome = run(4, Scenario.Keys.PREPARED, new Op.Bus(way), killed);
            assertEquals(List.of("job COMPLETED", "round DONE"), ends(outcome), words(outcome));
        }
    }

    @Test
    void nothingIsLostWhereNobodySaysSo() {
        assertEquals(0, run(4, Scenario.Keys.LIVE).tally().of("message lost between members"));
    }

    private Outcome run(int sites, Scenario.Keys keys, Op... ops) {
        var outcome =
                swarm.run(
                        new Scenario(
                                sites,
                                sites,
                                ROUNDS,
                                keys,
                                Scenario.Inputs.UNIT,
                                Scenario.Rates.CALM,
                                List.of(ops)));
        assertEquals(List.of(), outcome.violation().stream().toList(), words(outcome));
        assertTrue(
                ops.length == 0 || outcome.tally().of("message lost between members") > 2L * sites,
                () -> outcome.tally().all().toString());
        return outcome;
    }

    /** How the job and its rounds ended. */
    private static List<String> ends(Outcome outcome) {
        return outcome.tally().all().keySet().stream()
                .filter(what -> what.matches("(job|round) [A-Z_]+"))
                .sorted()
                .toList();
    }

    private static String words(Outcome outcome) {
        return Stream.concat(
                        Stream.of(outcome.scenario().toString(), outcome.tally().all().toString()),
                        outcome.lines().stream())
                .collect(Collectors.joining("\n  "));
    }
}
