package io.confide.common.privacy;

/** The logarithm of a sum of positive terms given by their logarithms; terms of any size. */
final class LogSum {
    private double largest = Double.NEGATIVE_INFINITY;
    private double scaled;

    /** Adds a term with this logarithm; −∞ adds nothing. */
    void add(double logarithm) {
        if (logarithm == Double.NEGATIVE_INFINITY) {
            return;
        }
        if (logarithm > largest) {
            scaled = scaled * Math.exp(largest - logarithm) + 1;
            largest = logarithm;
        } else {
            scaled += Math.exp(logarithm - largest);
        }
    }

    double logarithm() {
        return largest == Double.NEGATIVE_INFINITY ? largest : largest + Math.log(scaled);
    }

    /** ln(e^y − 1) for y &gt; 0. */
    static double ofExpMinusOne(double y) {
        return y > 1 ? y + Math.log1p(-Math.exp(-y)) : Math.log(Math.expm1(y));
    }
}
