package io.confide.common.privacy;

import java.util.Arrays;

/**
 * A coarse picture of one law of losses, finest around 0, whose moment generating function is nowhere below the true one:
 * each mass is split between the ends of its bin with its mean kept, and e^{θ·loss} is convex.
 */
final class LossSketch {
    private static final int FINENESS = 512;

    private double[] logMasses = new double[FINENESS];
    private double[] losses = new double[FINENESS];
    private int size;

    LossSketch(LossMasses law) {
        long end = law.first() + law.size() - 1L;
        double carried = 0;
        for (long from = law.first(); from <= end; ) {
            long to = Math.min(end + 1, from + Math.max(1, Math.abs(from) / FINENESS));
            double low = carried;
            double high = 0;
            for (long point = from; point < to; point++) {
                double mass = law.mass((int) (point - law.first()));
                double up = mass * (point - from) / (to - from);
                low += mass - up;
                high += up;
            }
            add(low, from * law.interval());
            carried = high;
            from = to;
        }
        add(carried, (end + 1) * law.interval());
    }

    private void add(double mass, double loss) {
        if (mass <= 0) {
            return;
        }
        if (size == losses.length) {
            logMasses = Arrays.copyOf(logMasses, 2 * size);
            losses = Arrays.copyOf(losses, 2 * size);
        }
        logMasses[size] = Math.log(mass);
        losses[size++] = loss;
    }

    /** An upper bound on ln Σ mass·e^{tilt·loss}, exact at 0. */
    double logMoment(double tilt) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            largest = Math.max(largest, logMasses[i] + tilt * losses[i]);
        }
        double sum = 0;
        for (int i = 0; i < size; i++) {
            double below = logMasses[i] + tilt * losses[i] - largest;
            if (below > -45) {
                sum += Math.exp(below);
            }
        }
        return largest + Math.log(sum);
    }
}
