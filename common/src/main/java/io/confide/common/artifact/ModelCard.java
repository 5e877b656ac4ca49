package io.confide.common.artifact;

import io.confide.common.files.Words;
import io.confide.common.model.Feature;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;

import java.util.Locale;
import java.util.stream.Collectors;

/** {@code card.md}: the model for people. The same facts give the same text, byte for byte. */
public final class ModelCard {
    private ModelCard() {}

    /** GitHub-flavoured Markdown. */
    public static String markdown(ModelFacts facts) {
        return heading(facts)
                + metrics(facts)
                + making(facts)
                + privacy(facts)
                + inputs(facts.plan())
                + ModelUse.markdown(facts.plan());
    }

    private static String heading(ModelFacts facts) {
        var study = facts.plan().study();
        String synthetic =
                facts.synthetic()
                        ? "\n> **Synthetic data.** This study says that its records are synthetic:"
                                + " the numbers below say nothing about real patients.\n"
                        : "";
        return """
        # Model card: %s
        %s
        | | |
        |---|---|
        | Study | %s |
        | Purpose | %s |
        | Accountable | %s |
        | Predicts | %s (%s) |
        | Model | %s, %d parameters |
        | Made | %s |
        | Job | `%s` |
        | Plan hash | `%s` |
        | Model hash | `%s` |

        """
                .formatted(
                        cell(facts.plan().name()),
                        synthetic,
                        cell(study.name()),
                        cell(study.purpose()),
                        cell(study.accountable()),
                        predicted(study.dictionary().label()),
                        cell(study.dictionary().label().meaning()),
                        kind(facts.plan().model()),
                        facts.parameters().parameterCount(),
                        facts.created(),
                        facts.job(),
                        facts.planHash().hex(),
                        facts.model().hash().hex());
    }

    private static String predicted(Study.Label label) {
        return label.classes().isEmpty()
                ? "probability of " + cell(label.name())
                : "probability of each class of %s: %s"
                        .formatted(
                                cell(label.name()),
                                label.classes().stream()
                                        .map(ModelCard::cell)
                                        .collect(Collectors.joining(", ")));
    }

    private static String metrics(ModelFacts facts) {
        var out = new StringBuilder("## How good it is\n\n");
        if (facts.evaluation().isEmpty()) {
            return out.append(notEvaluated(facts.plan())).toString();
        }
        var report = facts.evaluation().get();
        out.append(
                """
                Out-of-fold over %d folds and %d rows%s, from secure sums: no site's own numbers are known.

                | Metric | Value |
                |---|---|
                """
                        .formatted(
                                facts.plan().evaluation().folds(),
                                report.rows(),
                                report.positives().isPresent()
                                        ? " (%d with the outcome)"
                                                .formatted(report.positives().getAsLong())
                                        : ""));
        report.auc()
                .ifPresent(
                        auc ->
                                out.append(
                                        row(
                                                "AUC",
                                                number(auc.value())
                                                        + " (exact within ± "
                                                        + number(auc.errorBound())
                                                        + ")")));
        report.logLoss().ifPresent(value -> out.append(row("Log loss", number(value))));
        report.accuracy().ifPresent(value -> out.append(row(accuracy(facts), number(value))));
        report.calibration()
                .expectedError()
                .ifPresent(value -> out.append(row("Expected calibration error", number(value))));
        report.calibration()
                .maximumError()
                .ifPresent(value -> out.append(row("Maximum calibration error", number(value))));
        return out.append(
                        "\nThe released model was trained on all folds; these numbers are of"
                                + " models trained on the other folds. No audit by group has been"
                                + " done.\n\n")
                .toString();
    }

    private static String accuracy(ModelFacts facts) {
        return facts.plan().study().dictionary().label().logits() == 1
                ? "Accuracy at 0.5"
                : "Accuracy of the likeliest class";
    }

    private static String notEvaluated(Plan plan) {
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> "Not evaluated: the plan has no folds.\n\n";
            case Guarantee.RecordLevel _ ->
                    "Not evaluated: exact counts would have left beside the noise.\n\n";
        };
    }

    private static String making(ModelFacts facts) {
        var training = facts.plan().training();
        var cohort = facts.cohort();
        return """
        ## How it was made

        %d sites trained together with %s: %d rounds per model, %d local epochs, learning rate %s, l2 %s. %s
        %d secure rounds were summed in all; every sum holds at least %d sites.

        """
                .formatted(
                        cohort.sites(),
                        Words.of(training.mode()),
                        training.rounds(),
                        training.localEpochs(),
                        plain(training.learningRate()),
                        plain(training.l2()),
                        contributions(facts.plan()),
                        cohort.rounds(),
                        cohort.leastIncluded());
    }

    private static String contributions(Plan plan) {
        var sums = plan.aggregation();
        return switch (plan.guarantee()) {
            case Guarantee.None _ ->
                    "Updates were clipped to an L2 norm of %s and weighted by rows, up to %d rows per site."
                            .formatted(plain(sums.clipNorm()), sums.recordsMax());
            case Guarantee.RecordLevel records ->
                    records.samples()
                            ? "Each step is the noisy sum of a secret sample of the records' clipped gradients, divided by %s, the number that the plan expects in it."
                                    .formatted(plain(records.expectedRecords()))
                            : "Each step is the noisy sum of all records' clipped gradients, divided by %d, which the plan states."
                                    .formatted(records.records());
        };
    }

    private static String privacy(ModelFacts facts) {
        return """
        ## Privacy

        - **Secure aggregation**: %s
        - Participating sites received the model of every round.
        %s
        """
                .formatted(sums(facts), guarantee(facts));
    }

    private static String sums(ModelFacts facts) {
        var cohort = facts.cohort();
        return facts.plan()
                .aggregation()
                .groups()
                .map(
                        groups ->
                                "the coordinator saw only the sums of %d groups of the %d sites; opening one took up to %d sites. The %s of the groups' means made each model, so that %d spoiled %s could not carry it away; what is said above of how good it is adds up all groups, and one dishonest site can falsify it."
                                        .formatted(
                                                groups.count(),
                                                cohort.sites(),
                                                cohort.threshold(),
                                                Words.of(groups.combine()),
                                                groups.tolerated(),
                                                groups.tolerated() == 1 ? "group" : "groups"))
                .orElseGet(
                        () ->
                                "the coordinator saw only sums over sites; opening one took %d of %d sites."
                                        .formatted(cohort.threshold(), cohort.sites()));
    }

    private static String guarantee(ModelFacts facts) {
        return switch (facts.plan().guarantee()) {
            case Guarantee.None _ ->
                    "- **No differential privacy**: the model and the sums may reveal something"
                        + " about single records to somebody who attacks them. Do not publish the"
                        + " weights of a model of sensitive data.\n";
            case Guarantee.RecordLevel terms -> GuaranteeFacts.of(facts, terms).markdown();
        };
    }

    private static String inputs(Plan plan) {
        var out =
                new StringBuilder(
                        """
                        ## Inputs

                        Scaled as (transform(value) − center) / scale and cut off at ± 3; a missing value takes the `imputation` tensor's place.

                        | Feature | Values | Unit | Transform | Center | Scale |
                        |---|---|---|---|---|---|
                        """);
        for (Feature feature : plan.study().dictionary().features()) {
            out.append(
                    "| %s | %d | %s | %s | %s | %s |\n"
                            .formatted(
                                    cell(feature.name()),
                                    feature.count(),
                                    cell(feature.unit().orElse("")),
                                    Words.of(feature.transform()),
                                    plain(feature.center()),
                                    plain(feature.scale())));
        }
        return out.append('\n').toString();
    }

    private static String kind(ModelSpec model) {
        return switch (model) {
            case ModelSpec.Logistic _ -> "logistic regression";
            case ModelSpec.Mlp mlp -> "perceptron with hidden layers " + mlp.hidden();
        };
    }

    private static String row(String name, String value) {
        return "| " + name + " | " + value + " |\n";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** What people wrote must not break out of its table cell. */
    private static String cell(String text) {
        return text.replaceAll("\\s+", " ")
                .strip()
                .replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("[", "\\[")
                .replace("`", "\\`")
                .replace("<", "&lt;");
    }
}
