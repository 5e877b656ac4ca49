package io.confide.common.privacy;

/** The noise that is added to one sum, measured against what one unit can change in it. */
public sealed interface Noise {
    double MULTIPLIER_MIN = 1e-3;
    double MULTIPLIER_MAX = 1e12;

    /** Standard deviation over sensitivity under the relation of the event: z. */
    double multiplier();

    /** The same kind of noise with {@code factor} times the standard deviation. */
    Noise scaled(double factor);

    /** Continuous Gaussian noise. */
    record Gaussian(double multiplier) implements Noise {
        public Gaussian {
            Require.range(multiplier, MULTIPLIER_MIN, MULTIPLIER_MAX, "The noise multiplier");
        }

        @Override
        public Gaussian scaled(double factor) {
            return new Gaussian(multiplier * factor);
        }
    }

    /**
     * Discrete Gaussian noise on the integer grid: the law proportional to exp(−x²/2σ²) on whole numbers, independently
     * in each of {@code dimension} coordinates, on an integer sum. {@code sigma} and the Euclidean {@code sensitivity}
     * are in grid units.
     */
    record Grid(double sigma, double sensitivity, long dimension) implements Noise {
        private static final double SMOOTHING = 4;
        private static final double SIGMA_MAX = 0x1p53;

        public Grid {
            Require.range(sigma, 0.1, SIGMA_MAX, "The noise on the grid");
            Require.range(sensitivity, 1, SIGMA_MAX, "The sensitivity on the grid");
            Require.that(dimension >= 1, "The dimension must be at least 1, not " + dimension);
            Require.range(
                    sigma / sensitivity, MULTIPLIER_MIN, MULTIPLIER_MAX, "The noise multiplier");
        }

        @Override
        public double multiplier() {
            return sigma / sensitivity;
        }

        @Override
        public Grid scaled(double factor) {
            return new Grid(sigma * factor, sensitivity, dimension);
        }

        /** Whether {@link #continuous} is defined: the grid is fine against the noise, σ ≥ 8. */
        public boolean isFine() {
            return sigma >= 2 * SMOOTHING;
        }

        /**
         * Continuous noise that protects no better than this: z√(1 − r²/σ²) with r = 4. Discrete Gaussian noise is a
         * post-processing of it, that does not see the data, up to a factor of the density of e^±η a coordinate and step
         * with η ≤ 5e^{−2π²r²} &lt; 1e-135 (lattice smoothing by Poisson summation). Over any number of coordinates and
         * steps that can be run this changes ε and δ by less than 1e-100: it is taken as 0.
         */
        public Gaussian continuous() {
            Require.that(
                    isFine(),
                    "Discrete Gaussian noise in more than one coordinate needs a standard deviation"
                            + " of at least 8 grid units to be composed tightly, not "
                            + sigma);
            double share = SMOOTHING / sigma;
            return new Gaussian(multiplier() * Math.sqrt((1 - share) * (1 + share)));
        }
    }
}
