package io.confide.common.privacy;

/**
 * Which units take part in one step. A sample protects only while it is secret, and only if it was really drawn this
 * way: epochs over shuffled batches are neither of these, and count as {@link Everyone} once an epoch.
 */
public sealed interface Sampling {
    /** The chance of one unit to take part in one step, 0 to 1. */
    double rate();

    /** {@link Everyone} at 1, {@link Poisson} below. */
    static Sampling atRate(double rate) {
        return rate == 1 ? new Everyone() : new Poisson(rate);
    }

    /** Every unit takes part in every step. */
    record Everyone() implements Sampling {
        @Override
        public double rate() {
            return 1;
        }
    }

    /** Each unit takes part with chance {@code rate}, independently of all others and of all other steps. */
    record Poisson(double rate) implements Sampling {
        public Poisson {
            Require.range(rate, 0, 1, "The sampling rate");
        }
    }

    /** In each step {@code batch} of {@code population} units, every subset of that size equally likely. */
    record FixedSize(long population, long batch) implements Sampling {
        public FixedSize {
            Require.that(population >= 1, "The population must be at least 1, not " + population);
            Require.that(
                    batch >= 0 && batch <= population,
                    "The batch must be 0 to the population of " + population + ", not " + batch);
        }

        @Override
        public double rate() {
            return (double) batch / population;
        }
    }
}
