package io.confide.common.privacy;

/**
 * The exact privacy curve of Gaussian noise on a sum (Balle and Wang 2018, Theorem 8): composed Gaussians are one
 * Gaussian. {@code distance} is the sensitivity over the standard deviation, √(Σ steps/z²) after composition.
 */
final class AnalyticGaussian {
    private static final double SQRT_HALF = Math.sqrt(0.5);
    // Covers the rounding of delta(): the answer is an upper bound.
    private static final double ROUNDING = 1e-12;

    private AnalyticGaussian() {}

    /** δ at {@code epsilon}: Φ(a) − e^ε·Φ(b) with a = µ/2 − ε/µ, b = −µ/2 − ε/µ. */
    static double delta(double distance, double epsilon) {
        if (distance == 0) {
            return 0;
        }
        double a = distance / 2 - epsilon / distance;
        double far = (distance / 2 + epsilon / distance) * SQRT_HALF;
        // e^ε·φ(b) = φ(a), so both terms share the factor e^{−a²/2} and nothing overflows.
        double common = 0.5 * Math.exp(-a * a / 2);
        return a < 0
                ? common * (NormalTail.scaled(-a * SQRT_HALF) - NormalTail.scaled(far))
                : NormalTail.above(-a) - common * NormalTail.scaled(far);
    }

    /** The smallest ε for {@code delta}, rounded up; 0 if the noise alone is enough. */
    static double epsilon(double distance, double delta) {
        double target = delta * (1 - ROUNDING);
        if (delta(distance, 0) <= target) {
            return 0;
        }
        double low = 0;
        double high = distance * distance / 2 + distance;
        while (delta(distance, high) > target) {
            low = high;
            high *= 2;
        }
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return high;
            }
            if (delta(distance, middle) > target) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}
