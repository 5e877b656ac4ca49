package io.confide.common.privacy.noise;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/**
 * Coins whose chance is an exact fraction, or e to minus one, from random words: a uniform number U is compared with the
 * fraction word by word, as far as it takes. Integer arithmetic only.
 */
final class Bernoulli {
    private static final int WORD = 64;

    private final RandomGenerator random;

    Bernoulli(RandomGenerator random) {
        this.random = random;
    }

    /** True with chance {@code n}/{@code d}, 0 ≤ n ≤ d &lt; 2^63. */
    boolean fraction(long n, long d) {
        if (n == d) {
            return true;
        }
        long word = random.nextLong();
        long high = Math.unsignedMultiplyHigh(word, d);
        if (high >= n) {
            return false;
        }
        // n·2^64 − word·d = r > 0, and U < n/d iff the further bits of U, a number in [0, 1), are
        // below r/d.
        long low = word * d;
        if (n - high > 1 || low == 0 || Long.compareUnsigned(-low, d) >= 0) {
            return true;
        }
        return fraction(-low, d);
    }

    /** True with chance {@code n}/{@code d}, 0 ≤ n &lt; d. */
    boolean fraction(BigInteger n, BigInteger d) {
        var word = unsigned(random.nextLong());
        var rest = n.shiftLeft(WORD).subtract(word.multiply(d));
        if (rest.signum() <= 0) {
            return false;
        }
        return rest.compareTo(d) >= 0 || fraction(rest, d);
    }

    /**
     * True with chance a/b for 128-bit a &lt; b &lt; 2^126, given as high and low words: decided by their leading 62 bits and
     * one random word, but for one draw in 2^60.
     */
    boolean fraction(long aHigh, long aLow, long bHigh, long bLow) {
        if (bHigh == 0 && bLow > 0) {
            return fraction(aLow, bLow);
        }
        int shift = WORD + 2 - Long.numberOfLeadingZeros(bHigh);
        long a = shifted(aHigh, aLow, shift);
        long b = shifted(bHigh, bLow, shift);
        long word = random.nextLong();
        if (Math.unsignedMultiplyHigh(word, b) > a) {
            return false;
        }
        long low = word * (b + 1);
        long high = Math.unsignedMultiplyHigh(word, b + 1);
        if (Long.compareUnsigned(low + b + 1, low) < 0) {
            high++;
        }
        if (high < a) {
            return true;
        }
        return undecided(word, wide(aHigh, aLow), wide(bHigh, bLow));
    }

    private boolean undecided(long word, BigInteger a, BigInteger b) {
        var first = unsigned(word);
        var rest = a.shiftLeft(WORD).subtract(first.multiply(b));
        if (rest.signum() <= 0) {
            return false;
        }
        return rest.compareTo(b) >= 0 || fraction(rest, b);
    }

    /** True with chance e^{−n/d}, 0 ≤ n ≤ d: the first k at which a coin of n/(dk) fails is odd (von Neumann 1951). */
    boolean expMinus(long n, long d) {
        int k = 1;
        while (fraction(n, d) && inverse(k)) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** True with chance e^{−a/b} for 128-bit a &lt; b. */
    boolean expMinus(long aHigh, long aLow, long bHigh, long bLow) {
        int k = 1;
        while (fraction(aHigh, aLow, bHigh, bLow) && inverse(k)) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** True with chance e^{−n/d}, 0 ≤ n &lt; d. */
    boolean expMinus(BigInteger n, BigInteger d) {
        int k = 1;
        while (fraction(n, d) && inverse(k)) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** True with chance 1/e. */
    boolean expMinusOne() {
        int k = 1;
        while (inverse(k)) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** A whole number below {@code bound}, every one equally likely. */
    long below(long bound) {
        while (true) {
            long word = random.nextLong();
            // the words that would favour some numbers are drawn again
            if (Long.compareUnsigned(word * bound, bound) >= 0
                    || Long.compareUnsigned(word * bound, Long.remainderUnsigned(-bound, bound))
                            >= 0) {
                return Math.unsignedMultiplyHigh(word, bound);
            }
        }
    }

    private boolean inverse(int k) {
        return k == 1 || fraction(1, k);
    }

    private static long shifted(long high, long low, int shift) {
        return shift >= WORD ? high >>> (shift - WORD) : (high << (WORD - shift)) | (low >>> shift);
    }

    static BigInteger unsigned(long word) {
        return new BigInteger(Long.toUnsignedString(word));
    }

    static BigInteger wide(long high, long low) {
        return BigInteger.valueOf(high).shiftLeft(WORD).add(unsigned(low));
    }
}
