package io.confide.common.privacy;

import java.util.Arrays;

/**
 * Rényi divergences at a fixed grid of orders: the sum of everything that was released. Curves add, whatever the order
 * of the releases, which is why a ledger keeps them.
 */
public final class RdpCurve {
    private static final int ORDERS = 156;
    private static final double CONVERTIBLE = 1.01;

    private final double[] values;

    private RdpCurve(double[] values) {
        this.values = values;
    }

    /** The curve of nothing. */
    public static RdpCurve zero() {
        return new RdpCurve(new double[ORDERS]);
    }

    /** The grid: 1.1 to 10.9 in steps of 0.1, 11 to 63, 128, 256, 512, 1024. */
    public static double[] orders() {
        double[] orders = new double[ORDERS];
        int at = 0;
        for (int tenths = 11; tenths < 110; tenths++) {
            orders[at++] = tenths / 10.0;
        }
        for (int order = 11; order < 64; order++) {
            orders[at++] = order;
        }
        for (int order = 128; order <= 1024; order *= 2) {
            orders[at++] = order;
        }
        return orders;
    }

    static RdpCurve of(double[] values) {
        return new RdpCurve(values);
    }

    /** Both after one another, also adaptively. */
    public RdpCurve plus(RdpCurve other) {
        double[] sum = values.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.values[i];
        }
        return new RdpCurve(sum);
    }

    /** The same {@code many} times over. */
    RdpCurve times(long many) {
        double[] product = values.clone();
        for (int i = 0; i < product.length; i++) {
            product[i] *= many;
        }
        return new RdpCurve(product);
    }

    /** The divergence at an order of the grid. */
    public double at(double order) {
        int index = Arrays.binarySearch(orders(), order);
        Require.that(index >= 0, "The order " + order + " is not on the grid of orders");
        return values[index];
    }

    /**
     * The smallest ε at {@code delta} that any order proves (Canonne, Kamath, Steinke 2020, Proposition 12): r + ln(1 −
     * 1/α) − ln(δα)/(α − 1); 0 where the Kullback–Leibler divergence alone suffices.
     */
    public RdpEpsilon epsilon(double delta) {
        Require.delta(delta);
        double[] orders = orders();
        double best = Double.POSITIVE_INFINITY;
        double bestOrder = orders[0];
        for (int i = 0; i < orders.length; i++) {
            double epsilon = epsilon(orders[i], values[i], delta);
            if (epsilon < best) {
                best = epsilon;
                bestOrder = orders[i];
            }
        }
        return new RdpEpsilon(best, bestOrder);
    }

    private static double epsilon(double order, double value, double delta) {
        if (delta * delta + Math.expm1(-value) > 0) {
            return 0;
        }
        if (order <= CONVERTIBLE) {
            return Double.POSITIVE_INFINITY;
        }
        double epsilon =
                value + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
        return Math.max(0, epsilon);
    }

    /** The older, looser conversion r + ln(1/δ)/(α − 1) of Mironov 2017: what most published figures used. */
    public double classicEpsilon(double delta) {
        Require.delta(delta);
        double[] orders = orders();
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < orders.length; i++) {
            best = Math.min(best, values[i] - Math.log(delta) / (orders[i] - 1));
        }
        return Math.max(0, best);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RdpCurve curve && Arrays.equals(values, curve.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "RdpCurve" + Arrays.toString(values);
    }
}
