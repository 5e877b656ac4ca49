package io.confide.cli.privacy;

import io.confide.cli.BadValue;
import io.confide.cli.Terminal;
import io.confide.common.privacy.Accountant;
import io.confide.common.privacy.Calibration;
import io.confide.common.privacy.NoiseShares;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code confide privacy noise}. */
@Command(
        name = "noise",
        mixinStandardHelpOptions = true,
        description = "Find the least noise for a target ε, by both accountants.",
        footer = {
            "%nExamples:",
            "  confide privacy noise --epsilon 3 --steps 10 --delta 1e-5",
            "  confide privacy noise --epsilon 1 -q 0.01 --steps 1000 --delta 1e-5 --json",
            "  confide privacy noise --epsilon 3 --steps 10 --delta 1e-5 --grid-sensitivity 1048576"
                    + " \\",
            "      --min-survivors 6 --colluders 1",
            "%nThe noise is never too little: put back into confide privacy epsilon, it gives at"
                    + " most",
            "the target. A budget that is kept in Rényi divergences needs --accountant rdp."
        })
public final class NoiseCommand extends Question {
    /** As {@code Noise.Grid} says: noise of σ on the grid is no worse than continuous noise of √(σ² − 16). */
    private static final double GRID_LOSS = 16;

    /** From here on the law of the sum of shares differs from the discrete Gaussian by less than 1e-60. */
    private static final long SHARE_MIN = 16;

    @Option(
            names = "--epsilon",
            required = true,
            paramLabel = "E",
            converter = Quantity.class,
            description = "The ε that must not be exceeded.")
    private double epsilon;

    public NoiseCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Answer answer() {
        return new Found(found(Accountant.PLD), found(Accountant.RDP));
    }

    private Calibration.Answer found(Accountant accountant) {
        var unit = List.of(options.continuous(1));
        return Calibration.factor(unit, epsilon, options.delta(), accountant);
    }

    /** The least noise by each accountant. */
    private final class Found implements Question.Answer {
        private final Calibration.Answer tight;
        private final Calibration.Answer additive;

        Found(Calibration.Answer tight, Calibration.Answer additive) {
            this.tight = tight;
            this.additive = additive;
        }

        @Override
        public void print(Terminal terminal) {
            var chosen = chosen();
            var grid = grid(chosen);
            var byLosses =
                    "   certified: gives ε ≤ "
                            + Digits.up(tight.epsilon())
                            + " by privacy loss distributions";
            var byDivergence =
                    "   gives ε ≤ "
                            + Digits.up(additive.epsilon())
                            + " by Rényi divergence, what a ledger is charged";
            switch (options.accountant()) {
                case PLD -> {
                    terminal.line(terminal.strong(multiplier(tight)) + byLosses);
                    terminal.line(multiplier(additive) + byDivergence);
                }
                case RDP -> {
                    terminal.line(terminal.strong(multiplier(additive)) + byDivergence);
                    terminal.line(multiplier(tight) + byLosses);
                }
            }
            grid.forEach((name, value) -> terminal.line(" " + words(name) + " " + value));
            terminal.line("");
            Assumptions.lines(assumptions(chosen), terminal.columns()).forEach(terminal::line);
        }

        private Calibration.Answer chosen() {
            return switch (options.accountant()) {
                case PLD -> tight;
                case RDP -> additive;
            };
        }

        @Override
        public Map<String, Object> json() {
            var json = new LinkedHashMap<String, Object>();
            var chosen = chosen();
            json.put("noiseMultiplier", chosen.factor());
            json.put("accountant", EventJson.word(options.accountant()));
            json.put("targetEpsilon", epsilon);
            json.put("delta", options.delta());
            json.put("pld", Map.of("noiseMultiplier", tight.factor(), "epsilon", tight.epsilon()));
            json.put(
                    "rdp",
                    Map.of("noiseMultiplier", additive.factor(), "epsilon", additive.epsilon()));
            json.putAll(grid(chosen));
            var event = options.continuous(chosen.factor());
            json.put("neighbouring", event.relation().word());
            json.put("sampling", EventJson.word(event.sampling()));
            json.put("unit", event.unit().word());
            json.put("events", List.of(EventJson.of(event)));
            json.put("assumptions", assumptions(chosen));
            return json;
        }
    }

    private Map<String, String> assumptions(Calibration.Answer found) {
        var event = options.continuous(found.factor());
        return Assumptions.of(List.of(event), options.delta(), shareOptions.shares());
    }

    private static String multiplier(Calibration.Answer found) {
        return " noise multiplier " + found.factor();
    }

    private static String words(String name) {
        return name.equals("gridVariance")
                ? "σ² on whole numbers, in all:"
                : "σ² on whole numbers, each site's share:";
    }

    /** σ² as whole numbers, rounded up, so that the discrete noise is worth the continuous one. */
    private Map<String, Long> grid(Calibration.Answer found) {
        var grid = new LinkedHashMap<String, Long>();
        options.gridSensitivity()
                .ifPresent(
                        sensitivity -> {
                            double sigma = found.factor() * sensitivity;
                            double square = Math.ceil(sigma * sigma * (1 + 1e-15) + GRID_LOSS);
                            grid.put("gridVariance", (long) square);
                            shareOptions
                                    .shares()
                                    .ifPresent(
                                            shares ->
                                                    grid.put(
                                                            "gridVarianceOfAShare",
                                                            share((long) square, shares)));
                        });
        return grid;
    }

    private static long share(long square, NoiseShares shares) {
        long share = Math.ceilDiv(square, shares.minimumSurvivors() - shares.colluders());
        if (share < SHARE_MIN) {
            throw new BadValue(
                    "The grid is too coarse: a site's share needs a standard deviation of at least"
                            + " 4 grid units for the sum of shares to be discrete Gaussian. Use a"
                            + " larger --grid-sensitivity.");
        }
        return share;
    }
}
