package io.confide.participant.app;

import io.confide.common.files.ParticipantConfig;
import io.confide.common.files.PolicyFile;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy;
import io.confide.participant.ledger.Account;
import io.confide.participant.ledger.LedgerEntry;
import io.confide.participant.ledger.LedgerView;
import io.confide.participant.ledger.Spending;
import io.confide.participant.port.PrivacyLedger.Terms;
import io.confide.participant.vault.Home;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The privacy budgets of a site for whoever runs it: what the policy gives, what was spent, and every entry.
 *
 * @param entries oldest first
 */
public record LedgerReport(List<Line> lines, List<Entry> entries) {
    public LedgerReport {
        lines = List.copyOf(lines);
        entries = List.copyOf(entries);
    }

    /**
     * One budget.
     *
     * @param studies that it is for, or that it was spent on
     * @param datasets that it covers, or that it was spent on
     */
    public record Line(
            Spending spending, Standing standing, Set<String> studies, Set<String> datasets) {
        public Line {
            studies = new TreeSet<>(studies);
            datasets = new TreeSet<>(datasets);
        }
    }

    /** Whether the policy still gives the budget. */
    public enum Standing {
        CURRENT,
        /** Nothing more is charged to it. */
        WITHDRAWN
    }

    /** @param terms of the job that the entry is about */
    public record Entry(LedgerEntry entry, Optional<Terms> terms) {}

    /** Reads the ledger of {@code home}; throws BAD_FILE if it, the policy or participant.yaml cannot be relied on. */
    public static LedgerReport of(Path home) {
        var place = new Home(home);
        var bindings = ParticipantProcess.configuration(place).datasets();
        var policy =
                Files.exists(place.policy())
                        ? Optional.of(PolicyFile.load(place.policy()))
                        : Optional.<SitePolicy>empty();
        var view = LedgerView.read(place);
        var lines = new ArrayList<Line>();
        view.spending(policy).forEach(now -> lines.add(line(now, Standing.CURRENT, bindings)));
        view.withdrawn(policy).forEach(was -> lines.add(line(was, Standing.WITHDRAWN, bindings)));
        return new LedgerReport(lines, entries(view.entries()));
    }

    private static Line line(
            Spending spending, Standing standing, List<ParticipantConfig.DatasetBinding> bindings) {
        var studies = new TreeSet<>(spending.studies());
        var datasets = new TreeSet<>(spending.datasets());
        switch (spending.account().scope()) {
            case Account.Scope.Study(var name) -> {
                studies.add(name);
                bindings.stream()
                        .filter(binding -> binding.study().equals(name))
                        .forEach(binding -> datasets.add(binding.name()));
            }
            case Account.Scope.Datasets(_, var covered) -> {
                datasets.addAll(covered);
                bindings.stream()
                        .filter(binding -> covered.contains(binding.name()))
                        .forEach(binding -> studies.add(binding.study()));
            }
        }
        return new Line(spending, standing, studies, datasets);
    }

    private static List<Entry> entries(List<LedgerEntry> all) {
        Map<JobId, Terms> terms = new HashMap<>();
        var entries = new ArrayList<Entry>();
        for (var entry : all) {
            if (entry instanceof LedgerEntry.Reserved(_, var reserved)) {
                terms.put(reserved.job(), reserved);
            }
            entries.add(new Entry(entry, job(entry).map(terms::get)));
        }
        return entries;
    }

    private static Optional<JobId> job(LedgerEntry entry) {
        return switch (entry) {
            case LedgerEntry.BudgetSet _, LedgerEntry.BudgetWithdrawn _ -> Optional.empty();
            case LedgerEntry.Reserved(_, var terms) -> Optional.of(terms.job());
            case LedgerEntry.Committed(_, var job, _, _) -> Optional.of(job);
            case LedgerEntry.Released(_, var job) -> Optional.of(job);
        };
    }
}
