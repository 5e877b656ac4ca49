package io.confide.common.robust;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;

/**
 * In how many groups dishonest sites are. One is enough to spoil a group's mean, so this decides how many groups a combination
 * must bear.
 */
public final class SpoiledGroups {
    private SpoiledGroups() {}

    /** The most groups that {@code dishonest} sites can be in, wherever they are. */
    public static int most(List<Integer> sizes, int dishonest) {
        return Math.min(sizes.size(), dishonest);
    }

    /**
     * The probability that {@code dishonest} sites, drawn at random from all, are in more than {@code tolerated} of the groups of
     * these {@code sizes}; exact up to the rounding of the last division.
     */
    public static double chanceOfMoreThan(int tolerated, List<Integer> sizes, int dishonest) {
        int groups = sizes.size();
        // ways[j][c]: how many sets of c sites of the groups so far touch exactly j of them.
        var ways = new BigInteger[groups + 1][dishonest + 1];
        for (var row : ways) {
            Arrays.fill(row, BigInteger.ZERO);
        }
        ways[0][0] = BigInteger.ONE;
        int all = 0;
        for (int size : sizes) {
            all += size;
            for (int j = groups; j > 0; j--) {
                for (int c = dishonest; c > 0; c--) {
                    for (int here = 1; here <= Math.min(c, size); here++) {
                        var more = ways[j - 1][c - here].multiply(choose(size, here));
                        ways[j][c] = ways[j][c].add(more);
                    }
                }
            }
        }
        var bad = BigInteger.ZERO;
        for (int j = tolerated + 1; j <= groups; j++) {
            bad = bad.add(ways[j][dishonest]);
        }
        return new BigDecimal(bad)
                .divide(new BigDecimal(choose(all, dishonest)), MathContext.DECIMAL64)
                .doubleValue();
    }

    private static BigInteger choose(int from, int count) {
        var ways = BigInteger.ONE;
        for (int i = 1; i <= count; i++) {
            ways =
                    ways.multiply(BigInteger.valueOf((long) from - count + i))
                            .divide(BigInteger.valueOf(i));
        }
        return ways;
    }
}
