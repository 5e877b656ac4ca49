package io.confide.common.privacy;

import java.util.ArrayList;
import java.util.List;

/**
 * The sum of independent privacy losses, near the loss that matters for one δ, with every error on the safe side.
 *
 * <p>The masses are multiplied by e^{λ·loss} and normalised before they are convolved by a Fourier transform, and divided
 * by it afterwards: λ is chosen such that the tilted sum lies around the answer, so that rounding is small against δ itself
 * and not against 1. Any λ and any window give an upper bound; one around the answer gives a tight one. A single order's
 * bound is near enough to begin with, but not to stay: where a unit is rarely in a batch the law has two humps, and that
 * bound lies in the wrong one. What the transform wraps around only adds mass. The largest possible rounding error of a
 * cell is added to each cell, and a Chernoff bound on what lies above the window to the mass at infinity.
 */
final class TiltedSum {
    /** Minus ln of what may lie outside the window at either end, in the tilted law. */
    private static final double OUTSIDE = 26;

    /** Minus ln of the mass above the window, over δ: it is lost to infinity. */
    private static final double NEGLIGIBLE = 25;

    private static final double TILT_MIN = 1e-3;
    private static final double TILT_MAX = 1e4;
    private static final double GROWTH = 1.4;

    private final List<Term> terms;
    private final double interval;
    private final double tilt;
    private final double upTilt;
    private final long low;
    private final long high;

    /** A law, its coarse picture, and how many independent draws of it are added. */
    private record Term(LossMasses masses, LossSketch sketch, long steps) {}

    private TiltedSum(List<Term> terms, double delta, double around) {
        this.terms = terms;
        this.interval = terms.getFirst().masses.interval();
        this.tilt = tiltTowards(terms, around);
        double whole = logMoment(terms, tilt);
        double lowest = Double.NEGATIVE_INFINITY;
        double wrapped = Double.POSITIVE_INFINITY;
        double rare = Double.POSITIVE_INFINITY;
        double up = tilt;
        for (double theta = TILT_MIN; theta < TILT_MAX; theta *= GROWTH) {
            double below = -(logMoment(terms, tilt - theta) - whole + OUTSIDE) / theta;
            lowest = Math.max(lowest, below);
            wrapped = Math.min(wrapped, (logMoment(terms, tilt + theta) - whole + OUTSIDE) / theta);
            double above = (logMoment(terms, theta) - Math.log(delta) + NEGLIGIBLE) / theta;
            if (above < rare) {
                rare = above;
                up = theta;
            }
        }
        this.upTilt = up;
        // What lies above the window wraps to its low end, below the answer, where it does no harm.
        double highest = Math.max(rare, wrapped - Math.max(0, around - lowest));
        this.low = (long) Math.floor(lowest / interval);
        this.high = (long) Math.ceil(Math.max(highest, lowest + interval) / interval) + 1;
    }

    /** Independent draws of laws that share one interval: what there is to add up, before it is known where to look. */
    static final class Draws {
        private final List<Term> terms = new ArrayList<>();

        /** Adds {@code steps} draws of {@code masses}. */
        void add(LossMasses masses, long steps) {
            terms.add(new Term(masses, new LossSketch(masses), steps));
        }

        /** The sum, near the bound on ε that one order proves. */
        TiltedSum sum(double delta) {
            return new TiltedSum(terms, delta, chernoff(terms, Math.log(delta)));
        }

        /** The sum, near the loss {@code around}, which is at least 0. */
        TiltedSum sum(double delta, double around) {
            return new TiltedSum(terms, delta, around);
        }
    }

    /**
     * An upper bound on ε without a transform: what one Rényi order proves (as {@link RdpCurve#epsilon}), with order 1 + λ.
     */
    double quickEpsilon(double delta) {
        double finite = delta - atInfinity();
        if (finite <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        double order = 1 + tilt;
        double bound = logMoment(terms, tilt) - Math.log(finite) - Math.log(order);
        return Math.max(0, bound / tilt + Math.log1p(-1 / order));
    }

    /** How many cells the transform needs. */
    long cells() {
        return high - low + 1;
    }

    /** The smallest ε ≥ 0 on or between the points of the grid at which δ is at most {@code delta}; ∞ if there is none. */
    double epsilon(double delta) {
        int length = Math.max(4, Integer.highestOneBit((int) cells() - 1) * 2);
        var spectrum = new Spectrum(length);
        double logScale = 0;
        for (var term : terms) {
            double logMoment = term.masses.logMoment(tilt);
            logScale += term.steps * logMoment;
            spectrum.multiply(tilted(term.masses, logMoment, length), term.steps);
        }
        return scan(spectrum.sum(), logScale, atInfinity() + aboveWindow(), delta);
    }

    /** The chance that any draw is infinite. */
    private double atInfinity() {
        double finite = 0;
        for (var term : terms) {
            finite += term.steps * Math.log1p(-Math.min(1, term.masses.infinite()));
        }
        return -Math.expm1(finite);
    }

    /** The masses times e^{λ·loss}, normalised, on a circle of {@code length} cells. */
    private double[] tilted(LossMasses masses, double logMoment, int length) {
        double[] circle = new double[length];
        for (int i = 0; i < masses.size(); i++) {
            double mass = masses.mass(i);
            if (mass > 0) {
                circle[(int) Math.floorMod(masses.first() + i, (long) length)] +=
                        Math.exp(Math.log(mass) + tilt * masses.loss(i) - logMoment);
            }
        }
        return circle;
    }

    /** Chernoff: P(L ≥ x) ≤ E[e^{θL}]·e^{−θx} for every θ; the sketch is an upper bound on the moment. */
    private double aboveWindow() {
        return Math.exp(Math.min(0, logMoment(terms, upTilt) - upTilt * high * interval));
    }

    /**
     * From the largest loss l down, with U the mass and D the mass times e^{l − loss} so far: from l down to the next point
     * δ(ε) = U − e^{ε − l}·D.
     */
    private double scan(Spectrum.Sum sum, double logScale, double infinite, double delta) {
        double mass = infinite;
        double discounted = 0;
        if (mass >= delta) {
            return Double.POSITIVE_INFINITY;
        }
        double discount = Math.exp(-interval);
        for (long point = high - 1; point >= low; point--) {
            double loss = point * interval;
            double cell = sum.cell(point) * Math.exp(logScale - tilt * loss);
            mass += cell;
            discounted = discounted * discount + cell;
            // Not "greater than": where both have overflowed their difference is no number.
            if (!(mass - discount * discounted <= delta)) {
                double above = Math.log((mass - delta) / discounted);
                return Math.max(0, Double.isFinite(above) ? loss + above : loss + interval);
            }
            if (loss <= 0) {
                return 0;
            }
        }
        return Math.max(0, low * interval);
    }

    /** The smallest of the Chernoff bounds on ε: (ln E[e^{λL}] − ln δ)/λ. */
    private static double chernoff(List<Term> terms, double logDelta) {
        double best = Double.POSITIVE_INFINITY;
        for (double candidate = TILT_MIN; candidate < TILT_MAX; candidate *= GROWTH) {
            best = Math.min(best, (logMoment(terms, candidate) - logDelta) / candidate);
        }
        return Math.max(0, best);
    }

    /** Where ln E[e^{λL}] − λ·loss is smallest: the tilted law has its mean there. */
    private static double tiltTowards(List<Term> terms, double loss) {
        double best = Double.POSITIVE_INFINITY;
        double tilt = TILT_MIN;
        for (double candidate = TILT_MIN; candidate < TILT_MAX; candidate *= GROWTH) {
            double bound = logMoment(terms, candidate) - candidate * loss;
            if (bound < best) {
                best = bound;
                tilt = candidate;
            }
        }
        return tilt;
    }

    private static double logMoment(List<Term> terms, double tilt) {
        double sum = 0;
        for (var term : terms) {
            sum += term.steps * term.sketch.logMoment(tilt);
        }
        return sum;
    }
}
