package io.confide.common.privacy.noise;

import java.math.BigInteger;

/** Numbers in [0, 1] as whole multiples of 2^-256. Each operation is off by less than one of them. */
final class FixedPoint {
    static final int BITS = 256;
    static final BigInteger ONE = BigInteger.ONE.shiftLeft(BITS);
    private static final int GUARD = 32;

    private FixedPoint() {}

    static BigInteger times(BigInteger a, BigInteger b) {
        return a.multiply(b).shiftRight(BITS);
    }

    /** e^{−n/d} for n, d &gt; 0: the series at n/d halved until it is below 1/2, then squared. */
    static BigInteger expMinus(BigInteger n, BigInteger d) {
        int halvings = Math.max(0, n.bitLength() - d.bitLength() + 2);
        int bits = BITS + GUARD + 2 * halvings;
        var x = n.shiftLeft(bits - halvings).divide(d);
        var term = BigInteger.ONE.shiftLeft(bits);
        var sum = term;
        for (int k = 1; term.signum() != 0; k++) {
            term = term.multiply(x).shiftRight(bits).divide(BigInteger.valueOf(k));
            sum = (k & 1) == 1 ? sum.subtract(term) : sum.add(term);
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum).shiftRight(bits);
        }
        return sum.shiftRight(bits - BITS);
    }

    /** exp(−x²/2σ²), σ² = {@code top}/{@code bottom}, for x = 0 to {@code last}: two multiplications each, as neighbouring ratios have one ratio. */
    static BigInteger[] bell(BigInteger top, BigInteger bottom, int last) {
        var ratio = expMinus(bottom, top.shiftLeft(1));
        var change = expMinus(bottom, top);
        var values = new BigInteger[last + 1];
        values[0] = ONE;
        for (int x = 1; x <= last; x++) {
            values[x] = times(values[x - 1], ratio);
            ratio = times(ratio, change);
        }
        return values;
    }
}
