package io.confide.common.privacy;

/**
 * A budget (ε, δ) in the currency of a filter: at one fixed {@code order} α no more than {@code limit} of Rényi
 * divergence may be spent, whatever is asked in whatever order, also if what is asked depends on earlier answers
 * (Feldman and Zrnic 2021). The whole is then (ε, δ)-private by the conversion of Canonne, Kamath and Steinke 2020,
 * Proposition 12.
 *
 * <p>"Some order still fits" would be no filter: the order must not depend on what was spent. A limit that is moved
 * later, at the same order, keeps the promise of its new ε, because the divergence spent is a supermartingale's exponent at
 * that order alone.
 */
public record RenyiBudget(double epsilon, double delta, double order, double limit) {
    /** The budget at the order where it is worth most: α* = argmax of limit/α, what Gaussian noise on everyone costs. */
    public static RenyiBudget of(double epsilon, double delta) {
        RenyiBudget best = at(epsilon, delta, RdpCurve.orders()[0]);
        for (double order : RdpCurve.orders()) {
            var next = at(epsilon, delta, order);
            if (next.limit / next.order > best.limit / best.order) {
                best = next;
            }
        }
        return best;
    }

    /** The budget at a given {@code order} above 1; its limit is below 0 if (ε, δ) cannot be shown at this order. */
    public static RenyiBudget at(double epsilon, double delta, double order) {
        Require.range(epsilon, 0, 1e6, "ε");
        Require.delta(delta);
        Require.range(order, 1.01, 1e5, "The order");
        double limit =
                epsilon
                        - Math.log1p(-1 / order)
                        + (Math.log(delta) + Math.log(order)) / (order - 1);
        return new RenyiBudget(epsilon, delta, order, limit);
    }

    /** What {@code event} with all its steps costs at this order. */
    public double cost(PrivacyEvent event) {
        return event.isEmpty() ? 0 : event.steps() * RdpAccountant.oneStep(event, order);
    }

    /** Whether {@code spent} divergence at this order is within the limit; false for what is no number. */
    public boolean admits(double spent) {
        return spent <= limit;
    }
}
