package io.confide.common.privacy;

/** The scaled complementary error function and tails of the normal law, to about 1e-15 relative. */
final class NormalTail {
    private static final double HALF_WIDTH = 3.75;
    private static final double SQRT_HALF = Math.sqrt(0.5);

    /** Chebyshev coefficients of (1+2x)·erfcx(x) in (x−3.75)/(x+3.75), x ≥ 0; computed with 60 digits. */
    private static final double[] CHEBYSHEV = {
        2.3551578691348034,
        -0.004590054580646478,
        -0.08424913336651792,
        0.05920993999819189,
        -0.026658668435305753,
        0.009074997670705265,
        -0.002413163540417608,
        0.0004907758365258086,
        -6.916973302501207e-05,
        4.13902798607301e-06,
        7.74038306619849e-07,
        -2.1886401049234397e-07,
        1.076499946567091e-08,
        4.521959811218287e-09,
        -7.754400208831351e-10,
        -6.318088340886684e-11,
        2.86879501093067e-11,
        1.9455868545777347e-13,
        -9.65469674843344e-13,
        3.25254814814874e-14,
        3.3478119482868056e-14,
        -1.864562880419313e-15,
        -1.2507950530688648e-15,
        7.418235256624044e-17,
        5.068148904796111e-17,
    };

    private NormalTail() {}

    /** e^{x²}·erfc(x) for x ≥ 0. */
    static double scaled(double x) {
        double t = (x - HALF_WIDTH) / (x + HALF_WIDTH);
        double next = 0;
        double afterNext = 0;
        for (int k = CHEBYSHEV.length - 1; k > 0; k--) {
            double value = 2 * t * next - afterNext + CHEBYSHEV[k];
            afterNext = next;
            next = value;
        }
        return (t * next - afterNext + CHEBYSHEV[0] / 2) / (1 + 2 * x);
    }

    /** The chance that a standard normal draw is above {@code x}. */
    static double above(double x) {
        if (x < 0) {
            return 1 - above(-x);
        }
        return 0.5 * scaled(x * SQRT_HALF) * Math.exp(-x * x / 2);
    }
}
