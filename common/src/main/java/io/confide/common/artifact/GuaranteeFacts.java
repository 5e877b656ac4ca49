package io.confide.common.artifact;

import io.confide.common.files.Json;
import io.confide.common.model.Guarantee;
import io.confide.common.privacy.ObserverEpsilon;
import io.confide.common.privacy.PlanPrivacy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** What is said of a guarantee beside a model: never an ε without unit, relation, δ, sampling and observer. */
record GuaranteeFacts(Guarantee.RecordLevel terms, List<ObserverEpsilon> observers) {
    private static final MathContext DIGITS = new MathContext(4, RoundingMode.CEILING);

    /** Of a finished model; the least number of sites that any of its sums held decides what was left of the noise. */
    static GuaranteeFacts of(ModelFacts facts, Guarantee.RecordLevel terms) {
        int survivors = Math.max(terms.minimumSurvivors(), facts.cohort().leastIncluded());
        return new GuaranteeFacts(terms, PlanPrivacy.of(facts.plan(), terms).observers(survivors));
    }

    Json json() {
        return Json.object()
                .with("unit", "record")
                .with("relation", "add-remove")
                .with("sampling", terms.samples() ? "poisson" : "everyone")
                .with("samplingRate", terms.samplingRate())
                .with("epsilon", terms.epsilon())
                .with("delta", terms.delta())
                .with("commits", terms.commits())
                .with("clipNorm", terms.clipNorm())
                .with(
                        "observers",
                        new Json.Arr(
                                observers.stream().<Json>map(GuaranteeFacts::observer).toList()));
    }

    private static Json observer(ObserverEpsilon row) {
        return Json.object()
                .with("observer", row.observer().name())
                .with("survivors", row.survivors())
                .with("rdp", row.rdp())
                .with("pld", row.pld());
    }

    /** The section "Privacy" of the card, without its heading. */
    String markdown() {
        var out =
                new StringBuilder(
                        """
                        - **Differential privacy**: ε ≤ %s at δ = %s for every single record. Unit: record. Relation: a record is there, or is not (its values zeroed out). Sampling: %s. %d commits at most, aborted rounds included. Gradients of single records were clipped to an L2 norm of %s; every site added its share of discrete Gaussian noise before masking.
                        - A patient with several records is protected less: the ε of each adds up.
                        - Against whom, by Rényi accounting and by privacy loss distributions; both are upper bounds:

                        | Observer | Sites in every sum | ε (Rényi) | ε (tight) | δ |
                        |---|---|---|---|---|
                        """
                                .formatted(
                                        up(terms.epsilon()),
                                        delta(),
                                        sampling(),
                                        terms.commits(),
                                        up(terms.clipNorm())));
        for (var row : observers) {
            out.append(
                    "| %s | %d | %s | %s | %s |\n"
                            .formatted(
                                    row.observer().name(),
                                    row.survivors(),
                                    up(row.rdp()),
                                    up(row.pld()),
                                    delta()));
        }
        return out.append(
                        String.format(
                                Locale.ROOT,
                                """

                                The last row is the worst that the plan allows: %d sites in a sum, %d of them telling their noise. Towards a record's own site there is no protection. How many records a site has, and what it said when it was enrolled, is declared and not covered.
                                """,
                                terms.minimumSurvivors(),
                                terms.colluders()))
                .toString();
    }

    private String sampling() {
        return terms.samples()
                ? "Poisson, each record is in a step with chance %s, independently, and nobody but its site knows in which"
                        .formatted(terms.samplingRate())
                : "none, every record is in every step";
    }

    /** As people write it, e.g. {@code 1e-5}. */
    private String delta() {
        return Double.toString(terms.delta()).replace(".0E", "e").replace('E', 'e');
    }

    /** Rounded up: an ε is a bound. */
    private static String up(double value) {
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
