package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.participant.app.LedgerReport;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code confide participant ledger}. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = {
            "Show what may still be learnt from this site's records, and what was spent.",
            "A budget comes from policy.yaml and is spent by jobs with differential privacy, one"
                    + " release at a time, before the release leaves. Nothing is ever given back."
        },
        footer = {
            "",
            "ε is by Rényi accounting at the budget's δ, over every release that was charged. ε of"
                    + " two jobs does not add up; what is left is told as a part of the budget, in"
                    + " the currency in which the site refuses.",
            "",
            "  confide participant ledger --home london",
            "  confide participant ledger --home london --entries --csv > charges.csv"
        })
public final class LedgerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private SiteHome home = new SiteHome();

    @Option(
            names = "--entries",
            description = "List every entry instead: budgets, reservations, charges, releases.")
    private boolean entries;

    @ArgGroup(exclusive = true)
    private Form form = new Form();

    /** How it is printed; a table by default. */
    static final class Form {
        @Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @Option(names = "--csv", description = "Print the result as comma-separated values.")
        private boolean csv;
    }

    public LedgerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var report = LedgerReport.of(home.existing());
        var lines =
                form.json
                        ? List.of(JsonText.pretty(LedgerTree.of(report, entries)))
                        : form.csv
                                ? LedgerCsv.of(report, entries)
                                : LedgerTable.of(report, entries);
        lines.forEach(terminal::line);
        return 0;
    }
}
