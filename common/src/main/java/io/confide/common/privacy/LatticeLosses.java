package io.confide.common.privacy;

/**
 * The privacy loss of one step of discrete Gaussian noise in one coordinate: every point of the grid is one loss,
 * rounded up to the next interval. Only for one coordinate and whole sensitivities; vectors take the bound of {@link Noise.Grid#continuous}.
 */
final class LatticeLosses {
    private static final double POINTS_MAX = 2e6;

    private final double rate;
    private final Noise.Grid noise;
    private final double reach;
    private final double logTotal;

    LatticeLosses(double rate, Noise.Grid noise, double reach) {
        this.rate = rate;
        this.noise = noise;
        this.reach = reach;
        var total = new LogSum();
        long points = reachPoints();
        for (long x = -points; x <= points; x++) {
            total.add(logWeight(x));
        }
        this.logTotal = total.logarithm();
    }

    /** Whether the exact law can be tabulated. */
    static boolean applies(Noise.Grid noise, double reach) {
        return noise.dimension() == 1
                && noise.sensitivity() == Math.rint(noise.sensitivity())
                && 2 * reach * noise.sigma() + noise.sensitivity() < POINTS_MAX;
    }

    double highest(MixtureLosses.Direction direction) {
        return direction == MixtureLosses.Direction.REMOVE
                ? logRatio(reachPoints() + (long) noise.sensitivity())
                : -logRatio(-reachPoints());
    }

    double lowest(MixtureLosses.Direction direction) {
        return direction == MixtureLosses.Direction.REMOVE
                ? logRatio(-reachPoints())
                : -logRatio(reachPoints());
    }

    /** All losses in one direction. */
    LossMasses masses(MixtureLosses.Direction direction, double interval) {
        long first = (long) Math.floor(lowest(direction) / interval) - 1;
        long last = (long) Math.ceil(highest(direction) / interval) + 1;
        var masses = new LossMasses(interval, first, last);
        long shift = (long) noise.sensitivity();
        long end = reachPoints() + (direction == MixtureLosses.Direction.REMOVE ? shift : 0);
        for (long x = -reachPoints(); x <= end; x++) {
            double without = Math.exp(logWeight(x) - logTotal);
            switch (direction) {
                case REMOVE -> {
                    double with = Math.exp(logWeight(x - shift) - logTotal);
                    double mixture = (1 - rate) * without + rate * with;
                    masses.addAt(up(logRatio(x), interval), mixture);
                }
                case ADD -> masses.addAt(up(-logRatio(x), interval), without);
            }
        }
        // Above the last point a discrete tail is below the continuous one from half a point
        // earlier.
        masses.addInfinite(2 * NormalTail.above(reach - 1 / noise.sigma()));
        return masses;
    }

    private static long up(double loss, double interval) {
        return (long) Math.ceil(loss / interval);
    }

    private long reachPoints() {
        return (long) Math.ceil(reach * noise.sigma());
    }

    private double logWeight(long x) {
        double t = x / noise.sigma();
        return -t * t / 2;
    }

    private double logRatio(long x) {
        double sigma = noise.sigma();
        double w = (x - noise.sensitivity() / 2) / sigma * (noise.sensitivity() / sigma);
        if (rate == 1) {
            return w;
        }
        return w > 30
                ? w + Math.log(rate) + Math.log1p((1 - rate) / rate * Math.exp(-w))
                : Math.log1p(rate * Math.expm1(w));
    }
}
