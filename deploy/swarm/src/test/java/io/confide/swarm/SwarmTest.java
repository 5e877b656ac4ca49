package io.confide.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Many worlds without a broken invariant, in which everything that can go wrong did. */
class SwarmTest {
    private static final long SEED = Long.getLong("confide.seed", 1);
    private static final long WORLDS = Long.getLong("confide.worlds", 1000);
    private static final int THREADS = 2;

    private final Swarm swarm = new Swarm();

    @Test
    void noWorldBreaksAnInvariantAndEveryFaultHappens() throws Exception {
        ManyWorlds.run(SEED, WORLDS, THREADS);
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
                assertEquals(
                        List.of(),
                        outcome.violation().stream().toList(),
                        ManyWorlds.words(outcome));
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
            assertEquals(
                    List.of(), outcome.violation().stream().toList(), ManyWorlds.words(outcome));
            assertEquals(1, outcome.tally().of("job COMPLETED"));
            assertEquals(6, outcome.tally().of("round DONE"));
            assertEquals(2, outcome.tally().of("groups combined"));
        }
    }
}
