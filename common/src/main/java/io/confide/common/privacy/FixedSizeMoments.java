package io.confide.common.privacy;

/**
 * Rényi divergence of Gaussian noise on a batch drawn without replacement, one unit exchanged (Wang, Balle,
 * Kasiviswanathan 2019, Theorem 27): with µ_j the central moments E[(r − 1)^j] of the likelihood ratio,
 *
 * <p>A ≤ 1 + Σ_{j=2..α} q^j·C(α,j)·min(4·√(µ_{2⌊j/2⌋}·µ_{2⌈j/2⌉}), 2e^{(j−1)ε(j)}).
 *
 * <p>The moments of even order are integrals of positive functions here, not alternating sums, which cancel.
 */
final class FixedSizeMoments {
    /** Above this order only the second term of the minimum is used: the moments would cost too much. */
    private static final int MOMENTS_MAX = 256;

    private static final double REACH = 14;
    private static final double STEP_MAX = 0.05;

    private final double rate;
    private final double shift;
    private final double[] logMoments = new double[MOMENTS_MAX + 1];

    FixedSizeMoments(double rate, double multiplier) {
        this.rate = rate;
        this.shift = 1 / multiplier;
        if (rate > 0 && rate < 1) {
            for (int j = 2; j <= MOMENTS_MAX; j += 2) {
                logMoments[j] = logMoment(j);
            }
        }
    }

    /** The divergence of one step at {@code order} &gt; 1; between whole orders ln A is interpolated, as it is convex. */
    double at(double order) {
        double plain = order * shift * shift / 2;
        if (rate == 0) {
            return 0;
        }
        if (rate == 1) {
            return plain;
        }
        int below = (int) Math.floor(order);
        double part = order - below;
        double logMoment = (1 - part) * bound(below);
        if (part > 0) {
            logMoment += part * bound(below + 1);
        }
        return Math.min(plain, logMoment / (order - 1));
    }

    /** ln of the bound on A at a whole order. */
    private double bound(int order) {
        var sum = new LogSum();
        double logBinomial = Math.log(order);
        double logRate = Math.log(rate);
        boolean exact = order <= MOMENTS_MAX;
        for (int j = 2; j <= order; j++) {
            logBinomial += Math.log((order - j + 1.0) / j);
            double term = Math.log(2) + j * (j - 1.0) / 2 * shift * shift;
            if (exact || j == 2) {
                double pair = 0.5 * (logMoments[j / 2 * 2] + logMoments[(j + 1) / 2 * 2]);
                term = Math.min(term, Math.log(4) + pair);
            }
            sum.add(j * logRate + logBinomial + term);
        }
        double excess = sum.logarithm();
        return excess > 0 ? excess + Math.log1p(Math.exp(-excess)) : Math.log1p(Math.exp(excess));
    }

    /** ln E[(r − 1)^j] for even j: entire integrand, so the trapezoidal rule converges faster than any power. */
    private double logMoment(int j) {
        if (j == 2) {
            return LogSum.ofExpMinusOne(shift * shift);
        }
        double step = Math.min(STEP_MAX, 0.3 / shift);
        double end = j * shift + REACH;
        var sum = new LogSum();
        for (double t = -REACH - Math.sqrt(2.0 * j); t <= end; t += step) {
            double w = shift * t - shift * shift / 2;
            double log = w > 1 ? LogSum.ofExpMinusOne(w) : Math.log(Math.abs(Math.expm1(w)));
            sum.add(j * log - t * t / 2);
        }
        return sum.logarithm() + Math.log(step / Math.sqrt(2 * Math.PI));
    }
}
