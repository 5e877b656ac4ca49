package io.confide.common.privacy;

import io.confide.common.privacy.MixtureLosses.Direction;

import java.util.ArrayList;
import java.util.List;

/**
 * Accounts by privacy loss distributions: tight, and never below the true ε (Doroshenko et al. 2022; note on tilting in
 * {@link TiltedSum}). Gaussian noise without sampling is one Gaussian however often it is used, and exact (Balle and Wang
 * 2018). Both directions, removing a unit and adding one, are composed apart; the larger counts.
 */
public final class PldAccountant {
    /** The default distance of two losses on the grid. */
    public static final double INTERVAL = 1e-4;

    private static final int CELLS_MAX = 1 << 21;
    private static final int REFINEMENTS_MAX = 3;
    private static final double REFINEMENT = 8;
    private static final double QUICK = 10;
    private static final int LOOKS_MAX = 5;
    private static final double SAME = 1e-3;
    private static final double TAIL_MIN = 50;
    private static final double TAIL_SPARE = 25;

    private PldAccountant() {}

    /** An upper bound on the smallest ε at {@code delta} of all {@code events} together; they share relation and unit. */
    public static double epsilon(List<PrivacyEvent> events, double delta) {
        return epsilon(events, delta, INTERVAL);
    }

    /** The same on a loss grid of another {@code interval}, 1e-7 to 0.1: finer is tighter and slower. */
    public static double epsilon(List<PrivacyEvent> events, double delta, double interval) {
        Require.delta(delta);
        Require.range(interval, 1e-7, 0.1, "The interval of the loss grid");
        var parts = Parts.of(PrivacyEvent.requireAlike(events), delta);
        if (parts.sampled.isEmpty()) {
            return AnalyticGaussian.epsilon(parts.distance, delta);
        }
        // Another upper bound, so the smaller counts; it is the larger one wherever the grid is
        // fine enough.
        double rdp = RdpAccountant.compose(events).epsilon(delta).epsilon();
        if (rdp == 0) {
            return 0;
        }
        double used = interval;
        double best = Double.POSITIVE_INFINITY;
        double next = parts.epsilon(delta, used);
        for (int i = 0; next < best && next > rdp && i < REFINEMENTS_MAX; i++) {
            best = next;
            used /= REFINEMENT;
            next = parts.epsilon(delta, used);
        }
        return Math.min(rdp, Math.min(best, next));
    }

    /** An upper bound on a coarser grid, to start from. */
    static double rough(List<PrivacyEvent> events, double delta) {
        var parts = Parts.of(PrivacyEvent.requireAlike(events), delta);
        return parts.sampled.isEmpty()
                ? AnalyticGaussian.epsilon(parts.distance, delta)
                : parts.epsilon(delta, QUICK * INTERVAL);
    }

    /** The events, those without sampling joined to one Gaussian. */
    private record Parts(double distance, List<Law> sampled) {
        static Parts of(List<PrivacyEvent> events, double delta) {
            double squares = 0;
            double reach = reach(events, delta);
            var laws = new ArrayList<Law>();
            for (var event : events) {
                if (event.isEmpty()) {
                    continue;
                }
                var noise = continuous(event, reach);
                if (event.sampling().rate() == 1 && noise instanceof Noise.Gaussian gaussian) {
                    squares += event.steps() / gaussian.multiplier() / gaussian.multiplier();
                } else {
                    laws.add(new Law(event.sampling(), noise, reach, event.steps()));
                }
            }
            double distance = Math.sqrt(squares);
            if (!laws.isEmpty() && distance > 0) {
                laws.add(
                        new Law(
                                new Sampling.Everyone(),
                                new Noise.Gaussian(1 / distance),
                                reach,
                                1));
            }
            return new Parts(distance, List.copyOf(laws));
        }

        /** Tails beyond it are below e^−25·δ after all steps. */
        private static double reach(List<PrivacyEvent> events, double delta) {
            double steps = 0;
            for (var event : events) {
                steps += event.steps();
            }
            double tail = Math.log(Math.max(1, steps)) - Math.log(delta) + TAIL_SPARE;
            return Math.sqrt(2 * Math.max(TAIL_MIN, tail));
        }

        private static Noise continuous(PrivacyEvent event, double reach) {
            if (event.noise() instanceof Noise.Grid grid) {
                boolean exact =
                        LatticeLosses.applies(grid, reach)
                                && !(event.sampling() instanceof Sampling.FixedSize);
                return exact ? grid : grid.continuous();
            }
            return event.noise();
        }

        /** Both directions; adding a unit is rarely the worse one, and mostly that is seen without a transform. */
        double epsilon(double delta, double interval) {
            double remove = epsilon(Direction.REMOVE, delta, interval);
            double rough = QUICK * interval;
            if (span(Direction.ADD) < CELLS_MAX * rough
                    && draws(Direction.ADD, rough).sum(delta).quickEpsilon(delta) <= remove) {
                return remove;
            }
            return Math.max(remove, epsilon(Direction.ADD, delta, interval));
        }

        private double epsilon(Direction direction, double delta, double interval) {
            double used = interval;
            while (span(direction) / used > CELLS_MAX) {
                used *= 2;
            }
            while (true) {
                var draws = draws(direction, used);
                var sum = draws.sum(delta);
                if (sum.cells() <= CELLS_MAX) {
                    return closer(draws, delta, sum.epsilon(delta));
                }
                used *= Math.max(2, Math.ceil((double) sum.cells() / CELLS_MAX));
            }
        }

        /** Looks where the answer so far lies, until it no longer falls. */
        private static double closer(TiltedSum.Draws draws, double delta, double first) {
            double best = first;
            for (int i = 0; i < LOOKS_MAX && best > 0 && Double.isFinite(best); i++) {
                var sum = draws.sum(delta, best);
                double next = sum.cells() <= CELLS_MAX ? sum.epsilon(delta) : best;
                if (next >= best * (1 - SAME)) {
                    return Math.min(best, next);
                }
                best = next;
            }
            return best;
        }

        private double span(Direction direction) {
            double span = 0;
            for (var law : sampled) {
                span = Math.max(span, law.span(direction));
            }
            return span;
        }

        private TiltedSum.Draws draws(Direction direction, double interval) {
            var draws = new TiltedSum.Draws();
            for (var law : sampled) {
                draws.add(law.masses(direction, interval), law.steps);
            }
            return draws;
        }
    }

    /** One step of one event, as often as it is made. */
    private record Law(Sampling sampling, Noise noise, double reach, long steps) {
        double span(Direction direction) {
            return switch (noise) {
                case Noise.Gaussian(double multiplier) -> {
                    var losses = new MixtureLosses(sampling.rate(), multiplier, reach);
                    yield losses.highest(Direction.REMOVE) - losses.lowest(Direction.ADD);
                }
                case Noise.Grid grid -> {
                    var losses = new LatticeLosses(sampling.rate(), grid, reach);
                    yield losses.highest(direction) - losses.lowest(direction);
                }
            };
        }

        LossMasses masses(Direction direction, double interval) {
            return switch (noise) {
                case Noise.Gaussian(double multiplier) -> {
                    var losses = new MixtureLosses(sampling.rate(), multiplier, reach);
                    yield sampling instanceof Sampling.FixedSize
                            ? losses.exchange(interval)
                            : losses.masses(direction, interval);
                }
                case Noise.Grid grid ->
                        new LatticeLosses(sampling.rate(), grid, reach).masses(direction, interval);
            };
        }
    }
}
