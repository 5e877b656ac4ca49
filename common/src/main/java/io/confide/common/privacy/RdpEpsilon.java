package io.confide.common.privacy;

/** ε at some δ, and the Rényi order that proves it. */
public record RdpEpsilon(double epsilon, double order) {
    private static final double ORDER_FIRST = 1.1;
    private static final double ORDER_LAST = 1024;

    /** Whether the best order is the first or last of the grid: a wider grid might prove less. */
    public boolean isAtTheEnd() {
        return epsilon > 0 && (order == ORDER_FIRST || order == ORDER_LAST);
    }
}
