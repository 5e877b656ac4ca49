package io.confide.common.privacy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How much noise a target needs: the smallest factor, to about 1e-6, by which the noise of all events is multiplied. The
 * answer was itself put through the accountant and gives at most the target, never a shade more.
 */
public final class Calibration {
    private static final double TOLERANCE = 1e-6;
    private static final double ROUGHLY = 1e-4;
    private static final int EVALUATIONS_MAX = 80;
    private static final MathContext DIGITS = new MathContext(8, RoundingMode.CEILING);
    private static final double SLOPE_STEP = 1.01;
    private static final double STEP_MIN = 1 + 3e-6;
    private static final double STEP_MAX = 4;
    private static final double EPSILON_MIN = 1e-6;
    private static final double EPSILON_MAX = 1e6;
    private static final double FACTOR_MIN = 1e-3;
    private static final double FACTOR_MAX = 1e10;

    private final DoubleUnaryOperator curve;
    private final double target;
    private final double tolerance;
    private Point low = new Point(1, 1, 1);
    private Point high = low;

    private Calibration(DoubleUnaryOperator curve, double target, double tolerance) {
        this.curve = curve;
        this.target = target;
        this.tolerance = tolerance;
    }

    /** What the noise is multiplied by, and the ε that this gives. */
    public record Answer(double factor, double epsilon) {}

    /** A factor, its ε, and ln of ε over the target, which may be given less weight. */
    private record Point(double factor, double epsilon, double value) {
        Point lighter() {
            return new Point(factor, epsilon, value / 2);
        }
    }

    /**
     * The factor for {@code events}; events of multiplier 1 make it the noise multiplier. Rounded up to eight digits, so
     * that what is printed is what was checked.
     */
    public static Answer factor(
            List<PrivacyEvent> events, double epsilon, double delta, Accountant accountant) {
        Require.range(epsilon, EPSILON_MIN, EPSILON_MAX, "ε");
        Require.delta(delta);
        Require.that(
                !PrivacyEvent.requireAlike(events).stream().allMatch(PrivacyEvent::isEmpty),
                "Nothing is released by these events, so there is no noise to find");
        DoubleUnaryOperator rdp = factor -> Accountant.RDP.epsilon(scaled(events, factor), delta);
        var additive = new Calibration(rdp, epsilon, TOLERANCE).solve(1, 1);
        return switch (accountant) {
            case RDP -> additive;
            case PLD ->
                    tight(events, epsilon, delta, steepness(rdp, additive.factor), additive.factor);
        };
    }

    /**
     * Tight accounting needs a little less noise; ε falls about as steeply. A coarse grid of losses comes close at a tenth
     * of the work.
     */
    private static Answer tight(
            List<PrivacyEvent> events, double epsilon, double delta, double slope, double start) {
        DoubleUnaryOperator coarse = factor -> PldAccountant.rough(scaled(events, factor), delta);
        DoubleUnaryOperator fine = factor -> Accountant.PLD.epsilon(scaled(events, factor), delta);
        double near = new Calibration(coarse, epsilon, ROUGHLY).solve(start, slope).factor;
        return new Calibration(fine, epsilon, TOLERANCE).solve(Math.min(near, start), slope);
    }

    private static double steepness(DoubleUnaryOperator curve, double factor) {
        double ratio = curve.applyAsDouble(factor) / curve.applyAsDouble(factor * SLOPE_STEP);
        double slope = Math.log(ratio) / Math.log(SLOPE_STEP);
        return Double.isFinite(slope) ? Math.max(0.5, slope) : 1;
    }

    private static List<PrivacyEvent> scaled(List<PrivacyEvent> events, double factor) {
        return events.stream().map(event -> event.scaled(factor)).toList();
    }

    private Answer solve(double start, double slope) {
        bracket(start, slope);
        double moved = 0;
        for (int i = 0; i < EVALUATIONS_MAX && open(); i++) {
            var point = point(between());
            // Illinois: an end that stays twice is given less weight
            if (point.value > 0) {
                high = low.factor == moved ? high.lighter() : high;
                low = point;
            } else {
                low = high.factor == moved ? low.lighter() : low;
                high = point;
            }
            moved = point.factor;
        }
        return new Answer(high.factor, high.epsilon);
    }

    private boolean open() {
        return high.epsilon < target * (1 - tolerance) && high.factor / low.factor - 1 > tolerance;
    }

    private Point point(double factor) {
        double epsilon = curve.applyAsDouble(factor);
        return new Point(factor, epsilon, Math.log(epsilon / target));
    }

    /** The next place to look: a secant of ln ε over ln z, a hair towards more noise. */
    private double between() {
        double from = Math.log(low.factor);
        double to = Math.log(high.factor);
        double share = low.value / (low.value - high.value);
        // an ε of 0 says nothing about where the target is
        boolean bisect = !Double.isFinite(high.value) || !Double.isFinite(share);
        double at = bisect ? (from + to) / 2 : from + share * (to - from);
        double factor = rounded(Math.exp(at) * (1 + tolerance / 4));
        return factor > low.factor && factor < high.factor
                ? factor
                : low.factor + (high.factor - low.factor) / 2;
    }

    private static double rounded(double factor) {
        return new BigDecimal(factor).round(DIGITS).doubleValue();
    }

    /** Ends on either side of the target: first where {@code slope} = −d ln ε/d ln z says, then ever farther. */
    private void bracket(double start, double slope) {
        high = point(start);
        low = high;
        double step =
                Double.isFinite(high.value) ? Math.exp(Math.abs(high.value) * 1.03 / slope) : 2;
        while (high.value > 0) {
            Require.that(
                    high.factor < FACTOR_MAX, "No noise that can be added reaches this target");
            low = high;
            high = point(rounded(high.factor * Math.clamp(step, STEP_MIN, STEP_MAX)));
            step = step * step * STEP_MIN;
        }
        while (low.value <= 0) {
            Require.that(
                    low.factor > FACTOR_MIN,
                    "Hardly any noise is enough for this target: less than 0.001");
            high = low;
            double next = rounded(low.factor / Math.clamp(step, STEP_MIN, STEP_MAX));
            low = point(Math.max(FACTOR_MIN, next));
            step = step * step * STEP_MIN;
        }
    }
}
