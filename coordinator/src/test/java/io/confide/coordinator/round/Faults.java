package io.confide.coordinator.round;

import java.util.random.RandomGenerator;

/**
 * What goes wrong in one simulated round, most of it with a probability.
 *
 * @param drop of a message to be lost
 * @param duplicate of a message to come twice
 * @param delayMax milliseconds a message takes at most
 * @param leave of a site to lose its connection for a while
 * @param die of a site to leave for good
 * @param restart of the coordinator to be killed and started again, once and once more
 */
record Faults(
        double drop, double duplicate, int delayMax, double leave, double die, double restart) {
    static Faults of(RandomGenerator random) {
        return new Faults(
                random.nextBoolean() ? random.nextDouble(0.4) : 0,
                random.nextBoolean() ? random.nextDouble(0.5) : 0,
                random.nextBoolean() ? 5_000 : 20,
                random.nextBoolean() ? random.nextDouble(0.4) : 0,
                random.nextBoolean() ? random.nextDouble(0.3) : 0,
                random.nextBoolean() ? random.nextDouble(0.8) : 0);
    }
}
