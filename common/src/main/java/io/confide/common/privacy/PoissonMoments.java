package io.confide.common.privacy;

/**
 * Rényi divergence of the Poisson-subsampled Gaussian mechanism (Mironov, Talwar, Zhang 2019): ln A/(α−1) with A = E[(1 −
 * q + q·r)^α] under N(0, 1), r = e^{mt − m²/2} and m = 1/z. Removing a unit dominates adding one at every order, so this
 * is the divergence in both directions.
 *
 * <p>A − 1 = E[g(q(r − 1))] with g(u) = (1+u)^α − 1 − αu ≥ 0, because E[r] = 1: no cancellation, however small q is.
 */
final class PoissonMoments {
    private static final double STEP_MAX = 0.1;
    private static final double REACH = 14;
    private static final double SERIES_BELOW = 0.05;
    private static final double DIRECT_BELOW = 30;

    private final double rate;
    private final double shift;

    PoissonMoments(double rate, double multiplier) {
        this.rate = rate;
        this.shift = 1 / multiplier;
    }

    /** The divergence of one step at {@code order} &gt; 1. */
    double at(double order) {
        if (rate == 0) {
            return 0;
        }
        if (rate == 1) {
            return order * shift * shift / 2;
        }
        double excess = order == Math.rint(order) ? atInteger((int) order) : byQuadrature(order);
        // ln(1 + e^x): exact for the tiny and the huge
        double logMoment =
                excess > 0 ? excess + Math.log1p(Math.exp(-excess)) : Math.log1p(Math.exp(excess));
        return logMoment / (order - 1);
    }

    /** ln(A − 1) = ln Σ_{k≥2} C(α,k)·q^k·(1−q)^{α−k}·(e^{(k²−k)m²/2} − 1). */
    private double atInteger(int order) {
        var sum = new LogSum();
        double logBinomial = 0;
        double stay = Math.log1p(-rate);
        double leave = Math.log(rate);
        for (int k = 1; k <= order; k++) {
            logBinomial += Math.log((order - k + 1.0) / k);
            if (k >= 2) {
                double exponent = 0.5 * k * (k - 1.0) * shift * shift;
                sum.add(
                        logBinomial
                                + k * leave
                                + (order - k) * stay
                                + LogSum.ofExpMinusOne(exponent));
            }
        }
        return sum.logarithm();
    }

    /**
     * The same for any order, by the trapezoidal rule over t: the integrand is analytic in a strip of half-width π/m, so
     * the error at this step is below 1e-20 of the value.
     */
    private double byQuadrature(double order) {
        double step = Math.min(STEP_MAX, 0.4 / shift);
        double end = order * shift + REACH;
        var sum = new LogSum();
        for (double t = -REACH; t <= end; t += step) {
            sum.add(logExcess(order, shift * t - shift * shift / 2) - t * t / 2);
        }
        return sum.logarithm() + Math.log(step / Math.sqrt(2 * Math.PI));
    }

    /** ln g(u) at u = q(e^w − 1). */
    private double logExcess(double order, double w) {
        double u = rate * Math.expm1(w);
        if (Math.abs(u) * order < SERIES_BELOW) {
            return logSeries(order, u);
        }
        if (w < 0 || order * Math.log1p(u) < DIRECT_BELOW) {
            return Math.log(Math.expm1(order * Math.log1p(u)) - order * u);
        }
        // u may be beyond the range of a double: everything in logarithms
        double logWhole = w + Math.log(rate) + Math.log1p((1 - rate) / rate * Math.exp(-w));
        double logLine =
                w + Math.log(order * rate) + Math.log1p((1 / (order * rate) - 1) * Math.exp(-w));
        return order * logWhole + Math.log1p(-Math.exp(logLine - order * logWhole));
    }

    /** ln Σ_{j≥2} C(α,j)·u^j. */
    private static double logSeries(double order, double u) {
        double ratio = order * (order - 1) / 2;
        double term = 1;
        double sum = 1;
        for (int j = 3; Math.abs(term) > 1e-18; j++) {
            term *= u * (order - j + 1) / j;
            sum += term;
        }
        return Math.log(ratio * sum) + 2 * Math.log(Math.abs(u));
    }
}
