package io.confide.common.privacy;

/**
 * The privacy loss of one step as masses on the grid of multiples of an interval, and a mass at infinity, never better
 * than the true law: a mass P at loss l between two points is split between them so that both P and Q = P·e^{−l} are kept
 * ("connect the dots", Doroshenko et al. 2022). Any hockey-stick divergence can only grow by that, and is exact on the grid.
 */
final class LossMasses {
    private final double interval;
    private final double whole;
    private final long first;
    private final double[] masses;
    private double infinite;

    /** Losses from {@code first} to {@code last} times {@code interval}. */
    LossMasses(double interval, long first, long last) {
        this.interval = interval;
        this.whole = -Math.expm1(-interval);
        this.first = first;
        this.masses = new double[Math.toIntExact(last - first + 1)];
    }

    /** Adds {@code mass} at {@code loss}, which lies in the cell from {@code cell} to {@code cell} + 1 intervals. */
    void add(long cell, double loss, double mass) {
        double above = loss - cell * interval;
        // 1 − e^{−above}, by its series where that is enough
        double share =
                above < 1e-3
                        ? above * (1 - above / 2 * (1 - above / 3 * (1 - above / 4)))
                        : -Math.expm1(-above);
        double up = mass * Math.max(0, Math.min(1, share / whole));
        int at = (int) (cell - first);
        masses[at] += mass - up;
        masses[at + 1] += up;
    }

    /** Adds {@code mass} at exactly {@code point} intervals. */
    void addAt(long point, double mass) {
        masses[(int) (point - first)] += mass;
    }

    /** Adds a mass that is lost for ever: δ counts it whole. */
    void addInfinite(double mass) {
        infinite += mass;
    }

    double interval() {
        return interval;
    }

    long first() {
        return first;
    }

    int size() {
        return masses.length;
    }

    double mass(int index) {
        return masses[index];
    }

    double infinite() {
        return infinite;
    }

    double loss(int index) {
        return (first + index) * interval;
    }

    /** ln Σ mass·e^{tilt·loss} over the finite losses. */
    double logMoment(double tilt) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < masses.length; i++) {
            if (masses[i] > 0) {
                largest = Math.max(largest, Math.log(masses[i]) + tilt * loss(i));
            }
        }
        double sum = 0;
        for (int i = 0; i < masses.length; i++) {
            if (masses[i] > 0) {
                sum += masses[i] * Math.exp(tilt * loss(i) - largest);
            }
        }
        return largest + Math.log(sum);
    }
}
