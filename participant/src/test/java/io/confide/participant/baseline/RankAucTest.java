package io.confide.participant.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.OptionalDouble;
import java.util.Random;

class RankAucTest {
    @Test
    void equalsTheShareOfRightlyOrderedPairs() {
        var random = new Random(4);
        var scores = new double[60];
        var labels = new float[60];
        for (int i = 0; i < 60; i++) {
            labels[i] = random.nextInt(3) == 0 ? 1 : 0;
            scores[i] = (random.nextInt(8) + labels[i]) / 10.0;
        }
        double right = 0;
        int pairs = 0;
        for (int i = 0; i < 60; i++) {
            for (int j = 0; j < 60; j++) {
                if (labels[i] == 1 && labels[j] == 0) {
                    pairs++;
                    right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        assertEquals(right / pairs, RankAuc.of(scores, labels).orElseThrow(), 1e-12);
    }

    @Test
    void isUndefinedForOneClassOrNoRows() {
        assertEquals(OptionalDouble.empty(), RankAuc.of(new double[] {1, 2}, new float[] {1, 1}));
        assertEquals(OptionalDouble.empty(), RankAuc.of(new double[] {1, 2}, new float[] {0, 0}));
        assertEquals(OptionalDouble.empty(), RankAuc.of(new double[0], new float[0]));
    }
}
