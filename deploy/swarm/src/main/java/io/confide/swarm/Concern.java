package io.confide.swarm;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** What draws random numbers: each concern its own, so that one more draw in one does not shift the others. */
enum Concern {
    WORKLOAD(0),
    CRASHES(1),
    NETWORK(2),
    SECRETS(3),
    TIMES(4);

    private static final long COUNT = 5;

    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private final int number;

    Concern(int number) {
        this.number = number;
    }

    RandomGenerator random(long seed) {
        return FACTORY.create(seed * COUNT + number);
    }
}
