package io.confide.cli.privacy;

import io.confide.common.privacy.Noise;
import io.confide.common.privacy.NoiseShares;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.Relation;
import io.confide.common.privacy.Sampling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Everything an answer takes for granted, in words. */
final class Assumptions {
    private static final int INDENT = 13;
    private static final Pattern BLANK = Pattern.compile(" ");

    private Assumptions() {}

    /** A few words to a line each, in the order in which they are printed. */
    static Map<String, String> of(
            List<PrivacyEvent> events, double delta, Optional<NoiseShares> shares) {
        var first = events.getFirst();
        var unit = first.unit().word();
        var lines = new LinkedHashMap<String, String>();
        lines.put("relation", first.relation().word() + ": " + first.relation().meaning());
        lines.put("unit", "one " + unit + ": contributions are clipped and sampled per " + unit);
        for (int i = 0; i < events.size(); i++) {
            var event = events.get(i);
            lines.put(
                    events.size() == 1 ? "releases" : "releases " + (i + 1),
                    event.steps() + " sums, each with " + noise(event) + "; " + sampling(event));
        }
        lines.put(
                "δ",
                Digits.of(delta)
                        + ": fits "
                        + Digits.of(Math.floor(0.1 / delta))
                        + " "
                        + unit
                        + "s or fewer (δ ≤ 1/(10 × number))");
        lines.put(
                "noise by",
                shares.map(Assumptions::shared)
                        .orElse(
                                "somebody whom every observer trusts for it; nobody knows a part of"
                                        + " it"));
        lines.put(
                "not covered",
                "anything else computed from the data: counts, losses, chosen settings, when a site"
                        + " is lost");
        return lines;
    }

    /** The same as lines, no wider than {@code columns}. */
    static List<String> lines(Map<String, String> assumptions, int columns) {
        var lines = new ArrayList<String>();
        for (var each : assumptions.entrySet()) {
            var line = new StringBuilder(String.format(Locale.ROOT, " %-12s", each.getKey()));
            for (var word : BLANK.split(each.getValue(), -1)) {
                if (line.length() + 1 + word.length() > columns) {
                    lines.add(line.toString());
                    line = new StringBuilder(" ".repeat(INDENT));
                }
                line.append(' ').append(word);
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String shared(NoiseShares shares) {
        return "the sites, each with a share of "
                + Digits.of(shares.share())
                + " of the standard deviation: enough if at least "
                + shares.minimumSurvivors()
                + " are in a sum and at most "
                + shares.colluders()
                + " of them collude or add no noise";
    }

    private static String noise(PrivacyEvent event) {
        var sensitivity =
                event.relation() == Relation.ADD_REMOVE
                        ? "the clip norm C"
                        : "the sensitivity under replace (2C for clip norm C)";
        return switch (event.noise()) {
            case Noise.Gaussian(double multiplier) ->
                    "Gaussian noise of " + Digits.of(multiplier) + " × " + sensitivity;
            case Noise.Grid grid ->
                    "discrete Gaussian noise of σ = "
                            + Digits.of(grid.sigma())
                            + " on whole numbers, "
                            + Digits.of(grid.multiplier())
                            + " × "
                            + sensitivity;
        };
    }

    private static String sampling(PrivacyEvent event) {
        var unit = event.unit().word();
        return switch (event.sampling()) {
            case Sampling.Everyone _ -> "every " + unit + " is in every sum";
            case Sampling.Poisson(double rate) ->
                    "Poisson sampling: each "
                            + unit
                            + " is in a sum with chance "
                            + Digits.of(rate)
                            + ", independently, and who is in stays secret";
            case Sampling.FixedSize batch ->
                    "without replacement: "
                            + batch.batch()
                            + " of "
                            + batch.population()
                            + " "
                            + unit
                            + "s, evenly chosen, and who is in stays secret";
        };
    }
}
