package io.confide.cli.command;

import io.confide.common.privacy.PrivacyEvent;
import io.confide.participant.app.LedgerReport;
import io.confide.participant.ledger.LedgerEntry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A site's privacy budgets, or its entries, as comma-separated values (RFC 4180) with a head line. */
final class LedgerCsv {
    private static final String BUDGETS =
            "budget,studies,datasets,unit,epsilonSpent,epsilonReserved,epsilon,delta,left,releases,"
                    + "releasesReserved,standing";
    private static final String ENTRIES =
            "time,kind,budget,epsilon,delta,job,study,dataset,commits,round,input,unit,relation,"
                    + "sampling,samplingRate,noiseMultiplier,steps";
    private static final int EVENT_COLUMNS = 6;

    private LedgerCsv() {}

    static List<String> of(LedgerReport report, boolean entries) {
        var lines = new ArrayList<>(List.of(entries ? ENTRIES : BUDGETS));
        if (entries) {
            report.entries().forEach(entry -> lines.add(row(entry)));
        } else {
            report.lines().forEach(line -> lines.add(row(line)));
        }
        return lines;
    }

    private static String row(LedgerReport.Line line) {
        var spending = line.spending();
        var budget = spending.account().budget();
        return row(
                spending.account().key(),
                String.join(" ", line.studies()),
                String.join(" ", line.datasets()),
                budget.unit().name().toLowerCase(Locale.ROOT),
                spending.epsilon(),
                spending.epsilonReserved(),
                budget.epsilon(),
                budget.delta(),
                spending.left(),
                spending.releases(),
                spending.reserved(),
                line.standing().name().toLowerCase(Locale.ROOT));
    }

    private static String row(LedgerReport.Entry line) {
        var entry = line.entry();
        String event =
                line.terms()
                        .map(terms -> event(terms.event()))
                        .orElse(",".repeat(EVENT_COLUMNS - 1));
        String study = line.terms().map(terms -> row(terms.study(), terms.dataset())).orElse(",");
        String facts =
                switch (entry) {
                    case LedgerEntry.BudgetSet(_, var account, var budget, _) ->
                            row("budget", account, budget.epsilon(), budget.delta(), "")
                                    + ","
                                    + study
                                    + ",,,";
                    case LedgerEntry.BudgetWithdrawn(_, var account) ->
                            row("withdrawn", account, "", "", "") + "," + study + ",,,";
                    case LedgerEntry.Reserved(_, var terms) ->
                            row("reserve", "", "", "", terms.job())
                                    + ","
                                    + study
                                    + ","
                                    + row(terms.commits(), "", "");
                    case LedgerEntry.Committed(_, var job, var round, var input) ->
                            row("commit", "", "", "", job)
                                    + ","
                                    + study
                                    + ","
                                    + row("", round, input);
                    case LedgerEntry.Released(_, var job) ->
                            row("release", "", "", "", job) + "," + study + ",,,";
                };
        return row(entry.time()) + "," + facts + "," + event;
    }

    private static String event(PrivacyEvent event) {
        return row(
                event.unit().word(),
                event.relation().word(),
                LedgerTable.word(event.sampling()),
                event.sampling().rate(),
                event.noise().multiplier(),
                event.steps());
    }

    private static String row(Object... values) {
        return Arrays.stream(values)
                .map(value -> quoted(value.toString()))
                .collect(Collectors.joining(","));
    }

    private static String quoted(String value) {
        return value.matches("[^,\"\\r\\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
    }
}
