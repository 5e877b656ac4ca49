package io.confide.common.privacy.noise;

import io.confide.common.crypto.CtrRandom;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/**
 * The discrete Gaussian exactly (Canonne, Kamath, Steinke 2020, Algorithms 1 to 3): a discrete Laplace draw Y of scale t = ⌊σ⌋
 * + 1 is kept with chance exp(−(|Y| − σ²/t)²/2σ²), all coins being fractions of whole numbers. Products of up to 126 bits
 * are taken in two words; what would not fit is computed with {@link BigInteger}.
 */
public final class ExactDiscreteGaussian implements DiscreteGaussian {
    private static final int FAST_BITS = 125;

    private final Variance variance;
    private final RandomGenerator random;
    private final Bernoulli coin;
    private final long scale;
    private final BigInteger whole;
    private final long wholeHigh;
    private final long wholeLow;
    private final long fastBelow;

    private ExactDiscreteGaussian(Variance variance, RandomGenerator random) {
        this.variance = variance;
        this.random = random;
        this.coin = new Bernoulli(random);
        var t = variance.top().divide(variance.bottom()).sqrt().add(BigInteger.ONE);
        this.scale = t.longValueExact();
        // exponent = (|Y|·t·q − p)² / (2·p·q·t²) for σ² = p/q
        this.whole =
                variance.top().multiply(variance.bottom()).multiply(t).multiply(t).shiftLeft(1);
        this.wholeHigh = whole.shiftRight(64).longValue();
        this.wholeLow = whole.longValue();
        boolean fits = whole.bitLength() <= FAST_BITS;
        this.fastBelow =
                fits
                        ? BigInteger.ONE
                                .shiftLeft(62)
                                .divide(t.multiply(variance.bottom()))
                                .longValueExact()
                        : 0;
    }

    /** A sampler with σ² = {@code variance} that draws from {@code random}. */
    public static ExactDiscreteGaussian of(Variance variance, CtrRandom random) {
        return new ExactDiscreteGaussian(variance, random);
    }

    /** The same with words that a test chooses. */
    static ExactDiscreteGaussian ofWords(Variance variance, RandomGenerator random) {
        return new ExactDiscreteGaussian(variance, random);
    }

    @Override
    public Variance variance() {
        return variance;
    }

    @Override
    public long next() {
        while (true) {
            long laplace = laplace();
            if (keeps(laplace)) {
                return (random.nextLong() & 1) == 0 ? laplace : -laplace;
            }
        }
    }

    /** Zero: every coin is exact. */
    @Override
    public double distance() {
        return 0;
    }

    /**
     * The absolute value of a discrete Laplace draw whose sign is drawn later, with the caller's: 0 has both signs, so it is
     * taken only every other time.
     */
    private long laplace() {
        while (true) {
            long part = coin.below(scale);
            if (!coin.expMinus(part, scale)) {
                continue;
            }
            long periods = 0;
            while (coin.expMinusOne()) {
                periods++;
            }
            long value = Math.addExact(part, Math.multiplyExact(scale, periods));
            if (value != 0 || (random.nextLong() & 1) == 0) {
                return value;
            }
        }
    }

    private boolean keeps(long value) {
        if (value >= fastBelow) {
            return keepsSlowly(value);
        }
        long away = value * scale * variance.denominator() - variance.numerator();
        long high = Math.multiplyHigh(away, away);
        long low = away * away;
        while (high > wholeHigh
                || (high == wholeHigh && Long.compareUnsigned(low, wholeLow) >= 0)) {
            if (!coin.expMinusOne()) {
                return false;
            }
            long borrow = Long.compareUnsigned(low, wholeLow) < 0 ? 1 : 0;
            low -= wholeLow;
            high -= wholeHigh + borrow;
        }
        return coin.expMinus(high, low, wholeHigh, wholeLow);
    }

    private boolean keepsSlowly(long value) {
        var away =
                BigInteger.valueOf(value)
                        .multiply(BigInteger.valueOf(scale))
                        .multiply(variance.bottom())
                        .subtract(variance.top());
        var rest = away.multiply(away);
        while (rest.compareTo(whole) >= 0) {
            if (!coin.expMinusOne()) {
                return false;
            }
            rest = rest.subtract(whole);
        }
        return coin.expMinus(rest, whole);
    }
}
