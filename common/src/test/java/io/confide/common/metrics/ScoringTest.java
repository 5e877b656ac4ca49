package io.confide.common.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.OptionalDouble;

class ScoringTest {
    @Test
    void twoOutcomesHaveAnAucAndACutAtOneHalf() {
        var scoring = new Scoring(2);
        scoring.add(new double[] {0.1, 0.9}, 1);
        scoring.add(new double[] {0.5, 0.5}, 1);
        scoring.add(new double[] {0.4, 0.6}, 0);
        scoring.add(new double[] {0.8, 0.2}, 0);
        assertEquals(4, scoring.rows());
        assertEquals(0.75, scoring.accuracy());
        assertEquals(OptionalDouble.of(0.75), scoring.auc());
        assertEquals(
                -(Math.log(0.9) + Math.log(0.5) + Math.log(0.4) + Math.log(0.8)) / 4,
                scoring.logLoss(),
                1e-12);
    }

    @Test
    void everyClassHasItsRecallAndPrecision() {
        var scoring = new Scoring(3);
        scoring.add(new double[] {0.7, 0.2, 0.1}, 0);
        scoring.add(new double[] {0.7, 0.2, 0.1}, 1);
        scoring.add(new double[] {0.2, 0.7, 0.1}, 1);
        assertTrue(scoring.auc().isEmpty());
        var outcomes = scoring.outcomes();
        assertEquals(
                new Scoring.Outcome(0, 1, OptionalDouble.of(1), OptionalDouble.of(0.5)),
                outcomes.get(0));
        assertEquals(
                new Scoring.Outcome(1, 2, OptionalDouble.of(0.5), OptionalDouble.of(1)),
                outcomes.get(1));
        assertEquals(
                new Scoring.Outcome(2, 0, OptionalDouble.empty(), OptionalDouble.empty()),
                outcomes.get(2));
    }

    @Test
    void aCertainMistakeCostsWhatTheSecureSumAllows() {
        var scoring = new Scoring(2);
        scoring.add(new double[] {1, 0}, 1);
        assertEquals(20, scoring.logLoss());
    }
}
