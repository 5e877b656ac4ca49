package io.confide.common.privacy;

/**
 * The privacy loss of one step of the subsampled Gaussian mechanism on the loss grid, in one direction. P and Q are N(0,1)
 * and (1−q)·N(0,1) + q·N(m,1) with m = 1/z; the masses are integrals over the piece of the line between two losses of the
 * grid, by Gauss's rule on pieces so short that its error is below 1e-11 of each mass.
 */
final class MixtureLosses {
    private static final double SHORT = 0.01;
    private static final double LONG = 0.25;
    private static final double DENSITY = 1 / Math.sqrt(2 * Math.PI);
    private static final double[][] NODES = {
        {-0.5773502691896257, 0.5773502691896257},
        {-0.8611363115940526, -0.33998104358485626, 0.33998104358485626, 0.8611363115940526}
    };
    private static final double[][] WEIGHTS = {
        {1, 1},
        {0.34785484513745385, 0.6521451548625461, 0.6521451548625461, 0.34785484513745385}
    };

    private final double rate;
    private final double shift;
    private final double reach;

    /** {@code reach}: how many standard deviations of each part are looked at; what is beyond is lost for ever. */
    MixtureLosses(double rate, double multiplier, double reach) {
        this.rate = rate;
        this.shift = 1 / multiplier;
        this.reach = reach;
    }

    /** Which of the two is P, the data set that the adversary saw. */
    enum Direction {
        /** P is the mixture: the unit was there. */
        REMOVE,
        /** Q is the mixture. */
        ADD
    }

    /** The largest loss looked at, and the smallest. */
    double highest(Direction direction) {
        return direction == Direction.REMOVE ? logRatio(shift + reach) : -logRatio(-reach);
    }

    double lowest(Direction direction) {
        return direction == Direction.REMOVE ? logRatio(-reach) : -logRatio(reach);
    }

    /** All losses in one direction. */
    LossMasses masses(Direction direction, double interval) {
        long first = (long) Math.floor(lowest(direction) / interval);
        long last = (long) Math.ceil(highest(direction) / interval) + 1;
        var masses = new LossMasses(interval, first, last);
        fill(masses, direction, first, last - 1);
        close(masses, first + 1);
        return masses;
    }

    /**
     * The one law that dominates an exchange of a unit in a batch of fixed size (Zhu, Dong, Wang 2022): the losses above
     * 0 of removing and below 0 of adding, and the rest at 0.
     */
    LossMasses exchange(double interval) {
        long first = (long) Math.floor(lowest(Direction.ADD) / interval);
        long last = (long) Math.ceil(highest(Direction.REMOVE) / interval) + 1;
        var masses = new LossMasses(interval, first, Math.max(2, last));
        fill(masses, Direction.ADD, first, 0);
        fill(masses, Direction.REMOVE, 0, last - 1);
        masses.addAt(0, (1 - rate) * (1 - 2 * NormalTail.above(shift / 2)));
        close(masses, first + 1);
        return masses;
    }

    private void close(LossMasses masses, long lowest) {
        // Losses below the lowest point are rounded up to it, those above the highest to infinity.
        masses.addAt(lowest, NormalTail.above(reach));
        masses.addInfinite(NormalTail.above(reach));
    }

    private void fill(LossMasses masses, Direction direction, long from, long to) {
        double end = direction == Direction.REMOVE ? shift + reach : reach;
        double interval = masses.interval();
        double before = place(direction, from * interval, end);
        for (long cell = from; cell < to; cell++) {
            double after = place(direction, (cell + 1) * interval, end);
            integrate(masses, direction, cell, Math.min(before, after), Math.max(before, after));
            before = after;
        }
    }

    private void integrate(
            LossMasses masses, Direction direction, long cell, double low, double high) {
        double steepness = Math.max(Math.abs(low), Math.abs(high)) + shift + 1;
        double width = high - low;
        int rule = width * steepness < SHORT ? 0 : 1;
        int pieces = rule == 0 ? 1 : (int) Math.ceil(width * steepness / LONG);
        for (int piece = 0; piece < pieces; piece++) {
            double half = width / pieces / 2;
            double centre = low + (2 * piece + 1) * half;
            for (int node = 0; node < NODES[rule].length; node++) {
                double t = centre + half * NODES[rule][node];
                addNode(masses, direction, cell, t, WEIGHTS[rule][node] * half * DENSITY);
            }
        }
    }

    private void addNode(
            LossMasses masses, Direction direction, long cell, double t, double weight) {
        double without = weight * Math.exp(-t * t / 2);
        switch (direction) {
            case REMOVE -> {
                double with = weight * Math.exp(-(t - shift) * (t - shift) / 2);
                masses.add(cell, logRatio(t), (1 - rate) * without + rate * with);
            }
            case ADD -> masses.add(cell, -logRatio(t), without);
        }
    }

    /** ln(1 − q + q·e^{mt − m²/2}), the loss of the removal at {@code t}. */
    private double logRatio(double t) {
        double w = shift * t - shift * shift / 2;
        if (rate == 1) {
            return w;
        }
        return w > 30
                ? w + Math.log(rate) + Math.log1p((1 - rate) / rate * Math.exp(-w))
                : Math.log1p(rate * Math.expm1(w));
    }

    /** Where {@link #logRatio} has the value that belongs to {@code loss}, cut to what is looked at. */
    private double place(Direction direction, double loss, double end) {
        double ratio = direction == Direction.REMOVE ? loss : -loss;
        double w;
        if (rate == 1) {
            w = ratio;
        } else if (ratio > 30) {
            w = ratio + Math.log1p(-(1 - rate) * Math.exp(-ratio)) - Math.log(rate);
        } else {
            double up = Math.expm1(ratio) / rate;
            w = up <= -1 ? Double.NEGATIVE_INFINITY : Math.log1p(up);
        }
        double t = w / shift + shift / 2;
        return Math.max(-reach, Math.min(end, t));
    }
}
