package io.confide.cli.command;

import io.confide.common.model.SitePolicy;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.Sampling;
import io.confide.participant.app.LedgerReport;
import io.confide.participant.app.LedgerReport.Standing;
import io.confide.participant.ledger.Account;
import io.confide.participant.ledger.LedgerEntry;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A site's privacy budgets, or its entries, for people. */
final class LedgerTable {
    private static final int DIGITS = 3;

    private LedgerTable() {}

    static List<String> of(LedgerReport report, boolean entries) {
        return entries ? entries(report) : budgets(report);
    }

    private static List<String> budgets(LedgerReport report) {
        if (report.lines().isEmpty()) {
            return List.of(
                    "policy.yaml gives no study a privacy budget: jobs with differential privacy"
                            + " are refused here.");
        }
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("budget", "dataset", "spent", "if all reserved", "of", "left"));
        for (var line : report.lines()) {
            var spending = line.spending();
            rows.add(
                    List.of(
                            name(spending.account().scope()),
                            String.join(" ", line.datasets()),
                            counted(spending.epsilon(), spending.releases()),
                            counted(
                                    spending.epsilonReserved(),
                                    spending.releases() + spending.reserved()),
                            words(spending.account().budget()),
                            line.standing() == Standing.WITHDRAWN
                                    ? "withdrawn from policy.yaml"
                                    : percent(spending.left())));
        }
        var lines = new ArrayList<>(aligned(rows));
        lines.add("In brackets: releases. Every charge: --entries.");
        return lines;
    }

    private static List<String> entries(LedgerReport report) {
        if (report.entries().isEmpty()) {
            return List.of("Nothing was reserved or charged yet.");
        }
        return report.entries().stream()
                .map(entry -> entry.entry().time() + "  " + words(entry))
                .toList();
    }

    private static String words(LedgerReport.Entry line) {
        String event = line.terms().map(terms -> words(terms.event())).orElse("");
        return switch (line.entry()) {
            case LedgerEntry.BudgetSet(_, var account, var budget, var order) ->
                    "budget     %s   %s   filter of order %s"
                            .formatted(account, words(budget), number(order));
            case LedgerEntry.BudgetWithdrawn(_, var account) ->
                    "budget     %s   withdrawn".formatted(account);
            case LedgerEntry.Reserved(_, var terms) ->
                    "reserved   job %s   study %s   dataset %s   %d releases, each: %s"
                            .formatted(
                                    terms.job(),
                                    terms.study(),
                                    terms.dataset(),
                                    terms.commits(),
                                    event);
            case LedgerEntry.Committed(_, var job, var round, var input) ->
                    "charged    job %s   round %d   input %s   %s"
                            .formatted(job, round, input.shortHex(), event);
            case LedgerEntry.Released(_, var job) ->
                    "released   job %s   what it never committed".formatted(job);
        };
    }

    private static String words(PrivacyEvent event) {
        String sampled =
                event.sampling() instanceof Sampling.Everyone
                        ? "everyone"
                        : word(event.sampling()) + " " + number(event.sampling().rate());
        return "%s, noise multiplier %s, %s, %d %s"
                .formatted(
                        sampled,
                        number(event.noise().multiplier()),
                        "per " + event.unit().word(),
                        event.steps(),
                        event.steps() == 1 ? "step" : "steps");
    }

    /** How records get into a sum. */
    static String word(Sampling sampling) {
        return switch (sampling) {
            case Sampling.Everyone _ -> "none";
            case Sampling.Poisson _ -> "poisson";
            case Sampling.FixedSize _ -> "without-replacement";
        };
    }

    private static String words(SitePolicy.Budget budget) {
        return "ε %s, δ %s per %s"
                .formatted(
                        number(budget.epsilon()),
                        number(budget.delta()),
                        budget.unit().name().toLowerCase(Locale.ROOT));
    }

    private static String name(Account.Scope scope) {
        return switch (scope) {
            case Account.Scope.Study(var name) -> name;
            case Account.Scope.Datasets(var name, _) -> name + " (all studies)";
        };
    }

    /** Never below the value: an ε that is printed is one that holds. */
    private static String counted(double epsilon, long releases) {
        String shown =
                Double.isFinite(epsilon)
                        ? new BigDecimal(epsilon)
                                .setScale(DIGITS, RoundingMode.CEILING)
                                .toPlainString()
                        : "∞";
        return "ε " + shown + " (" + releases + ")";
    }

    private static String percent(double part) {
        return new BigDecimal(100 * part).setScale(1, RoundingMode.FLOOR).toPlainString() + " %";
    }

    private static String number(double value) {
        return Double.toString(value).replace('E', 'e').replaceFirst("\\.0(e|$)", "$1");
    }

    private static List<String> aligned(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (var row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var lines = new ArrayList<String>();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(' ').append(row.get(i));
                line.append(" ".repeat(widths[i] - row.get(i).length() + 1));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
