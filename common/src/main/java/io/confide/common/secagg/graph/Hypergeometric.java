package io.confide.common.secagg.graph;

import java.math.BigInteger;

/**
 * Tails of drawing without replacement from a population of N: X counts the marked among the drawn.
 *
 * <p>Every answer is that of exact arithmetic, the same on every machine. The tail is summed in the log domain from a
 * table of ln i!, with {@link StrictMath} only. For N ≤ {@value #POPULATION_MAX} each table entry is a sum of at most N
 * logarithms, itself below 7·10⁵, so rounding moves it by at most N · ulp(7·10⁵)/2 < 4·10⁻⁶; a term has nine
 * entries. Where the logarithm of the tail is further than {@value #MARGIN} from the bound, its sign therefore
 * decides; where it is nearer, the fraction is compared in whole numbers.
 */
final class Hypergeometric {
    /** The largest number of Shamir points over GF(2^16), so no roster is larger. */
    static final int POPULATION_MAX = 65_535;

    private static final double MARGIN = 1e-4;
    private static final double LN_2 = StrictMath.log(2);

    private final int population;
    private final double[] lnFactorial;

    /** Of {@code drawn} members of the population, how many are among the {@code marked}. */
    record Draw(int marked, int drawn) {}

    Hypergeometric(int population) {
        if (population < 1 || population > POPULATION_MAX) {
            throw new IllegalArgumentException(
                    "a population has 1 to %d members, not %d"
                            .formatted(POPULATION_MAX, population));
        }
        this.population = population;
        this.lnFactorial = new double[population + 1];
        for (int i = 2; i <= population; i++) {
            lnFactorial[i] = lnFactorial[i - 1] + StrictMath.log(i);
        }
    }

    /**
     * Returns the smallest c ≥ {@code from} with times · Pr[X > c] ≤ 2^−bits. As X grows (stochastically) with the number
     * drawn, the bound of a smaller draw is a valid {@code from}.
     */
    int bound(Draw draw, int from, int times, int bits) {
        int c = from;
        while (!isTailAtMost(draw, c, times, bits)) {
            c++;
        }
        return c;
    }

    /** Whether times · Pr[X > c] ≤ 2^−bits. */
    boolean isTailAtMost(Draw draw, int c, int times, int bits) {
        requireWithin(draw);
        int first = Math.max(c + 1, draw.drawn - (population - draw.marked));
        int last = Math.min(draw.marked, draw.drawn);
        if (first > last) {
            return true;
        }
        double distance = lnTail(draw, first, last) + StrictMath.log(times) + bits * LN_2;
        return Math.abs(distance) > MARGIN ? distance < 0 : isExactTailAtMost(draw, c, times, bits);
    }

    /** The logarithm of the sum of the terms {@code first} to {@code last}, scaled by the largest one. */
    private double lnTail(Draw draw, int first, int last) {
        double[] terms = new double[last - first + 1];
        double largest = Double.NEGATIVE_INFINITY;
        for (int x = first; x <= last; x++) {
            double term =
                    lnChoose(draw.marked, x)
                            + lnChoose(population - draw.marked, draw.drawn - x)
                            - lnChoose(population, draw.drawn);
            terms[x - first] = term;
            largest = Math.max(largest, term);
        }
        double sum = 0;
        for (double term : terms) {
            sum += StrictMath.exp(term - largest);
        }
        return largest + StrictMath.log(sum);
    }

    private double lnChoose(int from, int count) {
        return lnFactorial[from] - lnFactorial[count] - lnFactorial[from - count];
    }

    /** The same answer from whole numbers; slow. */
    boolean isExactTailAtMost(Draw draw, int c, int times, int bits) {
        requireWithin(draw);
        int first = Math.max(c + 1, draw.drawn - (population - draw.marked));
        BigInteger ways = BigInteger.ZERO;
        for (int x = first; x <= Math.min(draw.marked, draw.drawn); x++) {
            BigInteger others = choose(population - draw.marked, draw.drawn - x);
            ways = ways.add(choose(draw.marked, x).multiply(others));
        }
        BigInteger scaled = ways.multiply(BigInteger.valueOf(times)).shiftLeft(bits);
        return scaled.compareTo(choose(population, draw.drawn)) <= 0;
    }

    private static BigInteger choose(int from, int count) {
        BigInteger ways = BigInteger.ONE;
        for (int i = 1; i <= count; i++) {
            ways =
                    ways.multiply(BigInteger.valueOf(from - count + i))
                            .divide(BigInteger.valueOf(i));
        }
        return ways;
    }

    private void requireWithin(Draw draw) {
        boolean within =
                draw.marked >= 0
                        && draw.marked <= population
                        && draw.drawn >= 0
                        && draw.drawn <= population;
        if (!within) {
            throw new IllegalArgumentException(
                    "%s is not of a population of %d".formatted(draw, population));
        }
    }
}
