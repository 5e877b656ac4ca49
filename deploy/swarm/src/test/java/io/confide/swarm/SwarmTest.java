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

    /** 8 s, 16 s and then the plan's 20 s are the times of rounds in a world. */
    @Test
    void aSiteThatHangsCostsRoundsLessThanThePlansTimeAndIsCountedAgain() {
        var hangs = List.<Op>of(new Op.Hang(1_500, 2, 30_000));
        var outcome = swarm.run(calm(5, 10, hangs));
        assertEquals(List.of(), outcome.violation().stream().toList(), ManyWorlds.words(outcome));
        assertEquals(10, outcome.tally().of("round DONE"));
        assertEquals(2, outcome.tally().of("round closed early"), ManyWorlds.words(outcome));
        assertEquals(1, outcome.tally().of("site counted again after an early close"));
    }

    @Test
    void whoIsAlwaysSlowerThanTheOthersIsInEveryRound() {
        var slow = List.<Op>of(new Op.Slow(1, 14_000));
        var outcome = swarm.run(calm(5, 8, slow));
        assertEquals(List.of(), outcome.violation().stream().toList(), ManyWorlds.words(outcome));
        assertEquals(8, outcome.tally().of("round DONE"));
        assertEquals(0, outcome.tally().of("round closed early"));
        assertEquals(40, outcome.tally().of("input made"));
    }

    @Test
    void withoutASumARoundIsWaitedForAsLongAsThePlanAllows() {
        var hangs = List.<Op>of(new Op.Hang(1_500, 1, 15_000), new Op.Hang(1_500, 2, 15_000));
        var outcome = swarm.run(calm(4, 8, hangs));
        assertEquals(List.of(), outcome.violation().stream().toList(), ManyWorlds.words(outcome));
        assertEquals(8, outcome.tally().of("round DONE"), ManyWorlds.words(outcome));
        assertEquals(0, outcome.tally().of("round TOO_FEW"));
    }

    private static Scenario calm(int sites, int rounds, List<Op> ops) {
        return new Scenario(
                3,
                sites,
                rounds,
                Scenario.Keys.PREPARED,
                Scenario.Inputs.UNIT,
                Scenario.Rates.CALM,
                ops);
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
