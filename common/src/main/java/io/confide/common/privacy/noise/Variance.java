package io.confide.common.privacy.noise;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.math.BigInteger;

/**
 * σ² as the fraction of two whole numbers in lowest terms, in square grid units: a plan fixes it, and no rounding of a root
 * can come between what is accounted and what is drawn. σ is between 2^-4 and 2^31.
 */
public record Variance(long numerator, long denominator) {
    private static final long DENOMINATOR_MAX = 1L << 20;
    private static final BigInteger MAX = BigInteger.ONE.shiftLeft(62);

    public Variance {
        if (numerator < 1 || denominator < 1 || denominator > DENOMINATOR_MAX) {
            throw refused(numerator, denominator);
        }
        long divisor =
                BigInteger.valueOf(numerator).gcd(BigInteger.valueOf(denominator)).longValueExact();
        numerator /= divisor;
        denominator /= divisor;
        boolean tooSmall =
                BigInteger.valueOf(numerator)
                                .shiftLeft(8)
                                .compareTo(BigInteger.valueOf(denominator))
                        < 0;
        if (tooSmall || BigInteger.valueOf(numerator).compareTo(MAX) > 0) {
            throw refused(numerator, denominator);
        }
    }

    /** A whole σ². */
    public static Variance of(long square) {
        return new Variance(square, 1);
    }

    /** σ², rounded to a double: for tables and tests, never for drawing. */
    public double value() {
        return (double) numerator / denominator;
    }

    BigInteger top() {
        return BigInteger.valueOf(numerator);
    }

    BigInteger bottom() {
        return BigInteger.valueOf(denominator);
    }

    private static ConfideException refused(long numerator, long denominator) {
        return new ConfideException(
                ErrorCode.BAD_ARGUMENT,
                "The variance of discrete Gaussian noise is a positive fraction between 2^-8 and"
                        + " 2^62 with a denominator of at most 2^20, not "
                        + numerator
                        + "/"
                        + denominator
                        + ".");
    }
}
