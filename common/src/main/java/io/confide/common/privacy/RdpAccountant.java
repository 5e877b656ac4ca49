package io.confide.common.privacy;

import java.util.List;

/** Accounts by Rényi differential privacy: simple, additive, and somewhat loose (5 to 12 % in training). */
public final class RdpAccountant {
    private RdpAccountant() {}

    /** The divergences of all {@code events} together, which must share relation and unit. */
    public static RdpCurve compose(List<PrivacyEvent> events) {
        var sum = RdpCurve.zero();
        for (var event : PrivacyEvent.requireAlike(events)) {
            sum = sum.plus(curve(event));
        }
        return sum;
    }

    /** The divergence of one step of {@code event} at any {@code order} above 1, also off the grid. */
    public static double oneStep(PrivacyEvent event, double order) {
        Require.range(order, 1.01, 1e5, "The order");
        return divergence(event).at(order);
    }

    private static RdpCurve curve(PrivacyEvent event) {
        double[] values = new double[RdpCurve.orders().length];
        if (!event.isEmpty()) {
            double[] orders = RdpCurve.orders();
            var divergence = divergence(event);
            for (int i = 0; i < values.length; i++) {
                values[i] = event.steps() * divergence.at(orders[i]);
            }
        }
        return RdpCurve.of(values);
    }

    private static Divergence divergence(PrivacyEvent event) {
        double multiplier = event.noise().multiplier();
        if (event.sampling().rate() == 1) {
            // also on the grid, at every order (Canonne, Kamath, Steinke 2020, Theorem 4)
            return order -> order / (2 * multiplier * multiplier);
        }
        return switch (event.sampling()) {
            case Sampling.Everyone _ ->
                    throw new IllegalStateException("the rate of everyone is 1");
            case Sampling.Poisson(double rate) -> poisson(rate, event.noise());
            case Sampling.FixedSize batch -> {
                var moments = new FixedSizeMoments(batch.rate(), multiplier);
                yield moments::at;
            }
        };
    }

    /**
     * On the grid the moments at whole orders are those of continuous noise exactly, because a shift by whole numbers maps
     * the grid to itself. Between them ln A is convex in the order, and the continuous noise of {@link
     * Noise.Grid#continuous} is a bound as well; the smaller of the two counts.
     */
    private static Divergence poisson(double rate, Noise noise) {
        var moments = new PoissonMoments(rate, noise.multiplier());
        return switch (noise) {
            case Noise.Gaussian(double multiplier) -> continuous(rate, multiplier);
            case Noise.Grid grid -> {
                Divergence between =
                        grid.isFine()
                                ? continuous(rate, grid.continuous().multiplier())
                                : _ -> Double.POSITIVE_INFINITY;
                yield order ->
                        order == Math.rint(order)
                                ? moments.at(order)
                                : Math.min(interpolated(moments, order), between.at(order));
            }
        };
    }

    private static Divergence continuous(double rate, double multiplier) {
        var moments = new PoissonMoments(rate, multiplier);
        if (rate == 0) {
            return moments::at;
        }
        var series = new FractionalSeries(rate, multiplier);
        return order ->
                order == Math.rint(order)
                        ? moments.at(order)
                        : series.at(order).orElseGet(() -> moments.at(order));
    }

    private static double interpolated(PoissonMoments moments, double order) {
        double below = Math.floor(order);
        double part = order - below;
        double low = below > 1 ? moments.at(below) * (below - 1) : 0;
        double high = moments.at(below + 1) * below;
        return ((1 - part) * low + part * high) / (order - 1);
    }

    /** The divergence of one step as a function of the order. */
    private interface Divergence {
        double at(double order);
    }
}
