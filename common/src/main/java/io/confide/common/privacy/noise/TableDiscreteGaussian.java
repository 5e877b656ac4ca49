package io.confide.common.privacy.noise;

import io.confide.common.crypto.CtrRandom;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The discrete Gaussian from a table of its absolute values. Above σ = 2048 a draw is a·X₁ + X₂ with X₁, X₂ from one table of
 * σ₀² = σ²/(1 + a²): its law is that of σ² up to a factor of the density of (1 ± η)/(1 ∓ η), η ≤ 3·exp(−2π²s²), s² = σ₀²/(1 +
 * a²), by Poisson summation; s ≥ 3 is kept, so η &lt; 2^-250.
 *
 * <p>The distance to the true law is below 2^-124: tails beyond 13.5 σ₀ are below 2^-130, weights are rounded to 2^-128 of a
 * column, twice for two draws. All arithmetic, also for the table, is on whole numbers. The table has 24 bytes for each of up to
 * 47·√σ columns: 0.8 MB at σ = 2048, 3 MB at 2^23.
 */
public final class TableDiscreteGaussian implements DiscreteGaussian {
    private static final long DIRECT_MAX = 2048;
    private static final double DISTANCE = 0x1p-124;
    // 13.5 = 27/2 standard deviations
    private static final long REACH_TIMES_TWO = 27;
    private static final int WEIGHT_BITS = 128;
    private static final long SMOOTHING = 3;

    private final Variance variance;
    private final long factor;
    private final AliasTable table;
    private final RandomGenerator random;

    private TableDiscreteGaussian(
            Variance variance, long factor, AliasTable table, RandomGenerator random) {
        this.variance = variance;
        this.factor = factor;
        this.table = table;
        this.random = random;
    }

    /**
     * A sampler with σ² = {@code variance} that draws from {@code random}. Building the table takes some ten milliseconds;
     * {@link #with} shares it.
     */
    public static TableDiscreteGaussian of(Variance variance, CtrRandom random) {
        long factor = factor(variance);
        var base = new Square(variance.top(), variance.bottom()).over(factor);
        return new TableDiscreteGaussian(variance, factor, table(base), random);
    }

    /** The same sampler with another generator. */
    public TableDiscreteGaussian with(CtrRandom other) {
        return new TableDiscreteGaussian(variance, factor, table, other);
    }

    @Override
    public Variance variance() {
        return variance;
    }

    @Override
    public long next() {
        return factor == 0 ? draw() : factor * draw() + draw();
    }

    @Override
    public void fill(long[] into) {
        if (factor == 0) {
            for (int i = 0; i < into.length; i++) {
                into[i] = draw();
            }
        } else {
            for (int i = 0; i < into.length; i++) {
                into[i] = factor * draw() + draw();
            }
        }
    }

    @Override
    public double distance() {
        return DISTANCE;
    }

    /** The weight of a size in units of 2^-128 of a column: for checks of the table. */
    BigInteger weight(int size) {
        return table.weight(size);
    }

    int columns() {
        return table.columns();
    }

    private long draw() {
        long word = random.nextLong();
        long size = table.index(word, random);
        // the top bit is the sign: −size where it is set, without a branch
        long sign = word >> 63;
        return (size ^ sign) - sign;
    }

    /** The largest a with s ≥ 3, that is σ² ≥ 9·(1 + a²)²; 0 where one table is enough. */
    private static long factor(Variance variance) {
        var whole = variance.top().divide(variance.bottom());
        if (whole.compareTo(BigInteger.valueOf(DIRECT_MAX * DIRECT_MAX)) <= 0) {
            return 0;
        }
        var sigma = whole.sqrt();
        return sigma.divide(BigInteger.valueOf(SMOOTHING))
                .subtract(BigInteger.ONE)
                .sqrt()
                .longValueExact();
    }

    /** A variance whose denominator may be larger than that of a plan. */
    record Square(BigInteger top, BigInteger bottom) {
        Square over(long factor) {
            return factor == 0
                    ? this
                    : new Square(top, bottom.multiply(BigInteger.valueOf(factor * factor + 1)));
        }
    }

    /** The table of |X|: 0 once, everything else twice, as both signs lead to it. */
    private static AliasTable table(Square square) {
        int last = last(square);
        var bell = FixedPoint.bell(square.top, square.bottom, last);
        int length = Math.max(2, Integer.highestOneBit(last) * 2);
        var total = bell[0];
        for (int x = 1; x <= last; x++) {
            bell[x] = bell[x].shiftLeft(1);
            total = total.add(bell[x]);
        }
        var wanted = BigInteger.valueOf(length).shiftLeft(WEIGHT_BITS);
        var weights = new BigInteger[length];
        Arrays.fill(weights, BigInteger.ZERO);
        var rest = wanted;
        for (int x = 0; x <= last; x++) {
            weights[x] = bell[x].multiply(wanted).divide(total);
            rest = rest.subtract(weights[x]);
        }
        // what rounding down has left, less than one unit for each weight
        weights[0] = weights[0].add(rest);
        return AliasTable.of(weights);
    }

    private static int last(Square square) {
        return square.top
                        .multiply(BigInteger.valueOf(REACH_TIMES_TWO * REACH_TIMES_TWO))
                        .divide(square.bottom.shiftLeft(2))
                        .sqrt()
                        .intValueExact()
                + 1;
    }
}
