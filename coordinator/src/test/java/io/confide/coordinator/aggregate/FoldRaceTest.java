package io.confide.coordinator.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import java.util.EnumMap;
import java.util.Map;

/**
 * Every rule of R2 to R5 that several members need, against all others: members that stall, lose their leases, forget their
 * sums and die at every step between a claim and the count, over many seeds.
 */
class FoldRaceTest {
    private static final int WORLDS = 20_000;

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(MemberSums.class);

    /** A misfortune is worth a line, but there are tens of thousands. */
    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void asBefore() {
        LOG.setLevel(null);
    }

    private static Map<FoldWorld.Outcome, Integer> run(FoldWorld.Mutant mutant, int worlds) {
        var outcomes = new EnumMap<FoldWorld.Outcome, Integer>(FoldWorld.Outcome.class);
        for (int seed = 0; seed < worlds; seed++) {
            new FoldWorld(seed, mutant).run().forEach(o -> outcomes.merge(o, 1, Integer::sum));
        }
        return outcomes;
    }

    @Test
    void aSumIsThatOfItsInputsWhateverHappensInBetween() {
        var outcomes = run(FoldWorld.Mutant.NONE, WORLDS);
        assertEquals(0, outcomes.getOrDefault(FoldWorld.Outcome.WRONG, 0), outcomes::toString);
        // Or it would show little.
        assertTrue(
                outcomes.getOrDefault(FoldWorld.Outcome.EXACT, 0) > WORLDS / 2, outcomes::toString);
        assertTrue(
                outcomes.getOrDefault(FoldWorld.Outcome.DROPPED, 0) > WORLDS / 50,
                outcomes::toString);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void withoutAnyOneOfTheRulesThereAreWrongSums(FoldWorld.Mutant mutant) {
        int worlds = 0;
        int wrong = 0;
        while (wrong == 0 && worlds < WORLDS) {
            wrong =
                    (int)
                            new FoldWorld(worlds++, mutant)
                                    .run().stream().filter(FoldWorld.Outcome.WRONG::equals).count();
        }
        assertTrue(wrong > 0, mutant + " went unnoticed in " + worlds + " worlds");
    }

    @Test
    void aSeedGivesTheSameWorldAgain() {
        for (int seed = 0; seed < 50; seed++) {
            assertEquals(
                    new FoldWorld(seed, FoldWorld.Mutant.NONE).run(),
                    new FoldWorld(seed, FoldWorld.Mutant.NONE).run());
        }
    }
}
