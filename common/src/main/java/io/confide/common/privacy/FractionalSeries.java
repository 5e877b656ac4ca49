package io.confide.common.privacy;

import java.util.OptionalDouble;

/**
 * The two series of Mironov, Talwar and Zhang 2019, §3.3, for the Poisson-subsampled Gaussian mechanism between whole
 * orders, every term with its absolute value: an upper bound on {@link PoissonMoments}, by up to 1.5 % at low orders.
 *
 * <p>It stands beside the exact integral because the accountants in common use sum it this way: a ledger kept in these
 * values can be checked by them, digit for digit. What it adds to ε is below 0.2 %.
 */
final class FractionalSeries {
    private static final int TERMS_MAX = 1000;
    private static final double NATS = 30;
    private static final double ROOT_TWO = Math.sqrt(2);

    private final double rate;
    private final double sigma;
    private final double split;

    FractionalSeries(double rate, double multiplier) {
        this.rate = rate;
        this.sigma = multiplier;
        this.split = sigma * sigma * Math.log(1 / rate - 1) + 0.5;
    }

    /** The divergence of one step at {@code order}; nothing where the series do not converge in time. */
    OptionalDouble at(double order) {
        var sum = new LogSum();
        double logBinomial = 0;
        double leave = Math.log(rate);
        double stay = Math.log1p(-rate);
        double curve = 1 / (2 * sigma * sigma);
        for (int i = 0; i < TERMS_MAX; i++) {
            double j = order - i;
            double below =
                    logBinomial
                            + i * leave
                            + j * stay
                            + i * (i - 1.0) * curve
                            + logHalfErfc(i - split);
            double above =
                    logBinomial
                            + j * leave
                            + i * stay
                            + j * (j - 1) * curve
                            + logHalfErfc(split - j);
            sum.add(below);
            sum.add(above);
            if (Math.max(below, above) < sum.logarithm() - NATS) {
                return OptionalDouble.of(sum.logarithm() / (order - 1));
            }
            logBinomial += Math.log(Math.abs(j)) - Math.log(i + 1);
        }
        return OptionalDouble.empty();
    }

    /** ln(erfc(x/√2σ)/2). */
    private double logHalfErfc(double distance) {
        double x = distance / (ROOT_TWO * sigma);
        return x > 0
                ? Math.log(NormalTail.scaled(x) / 2) - x * x
                : Math.log(NormalTail.above(ROOT_TWO * x));
    }
}
