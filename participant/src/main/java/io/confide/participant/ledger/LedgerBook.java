package io.confide.participant.ledger;

import io.confide.common.model.ConfideException;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.RdpAccountant;
import io.confide.common.privacy.RenyiBudget;
import io.confide.participant.ledger.JobCharges.Standing;
import io.confide.participant.port.PrivacyLedger.Terms;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ledger as a fold over its entries, and the filter over it: within each account the divergence at the account's one
 * order never exceeds its limit (Feldman and Zrnic 2021). Neither clock nor file.
 */
final class LedgerBook {
    private final Map<JobId, JobCharges> jobs = new TreeMap<>();
    private final Map<String, LedgerEntry.BudgetSet> budgets = new TreeMap<>();
    private final Map<String, SitePolicy.Budget> lastBudgets = new TreeMap<>();

    void apply(LedgerEntry entry) {
        switch (entry) {
            case LedgerEntry.BudgetSet set -> {
                budgets.put(set.account(), set);
                lastBudgets.put(set.account(), set.budget());
            }
            case LedgerEntry.BudgetWithdrawn(_, var account) -> lastBudgets.remove(account);
            case LedgerEntry.Reserved(_, var terms) ->
                    jobs.computeIfAbsent(terms.job(), _ -> new JobCharges(terms))
                            .stand(Standing.OPEN);
            case LedgerEntry.Committed(_, var job, var round, var input) ->
                    job(job).orElseThrow(() -> unknown(job)).charge(round, input);
            case LedgerEntry.Released(_, var job) ->
                    job(job).orElseThrow(() -> unknown(job)).stand(Standing.RELEASED);
        }
    }

    private static IllegalArgumentException unknown(JobId job) {
        return new IllegalArgumentException("it charges the job " + job + ", which has no terms");
    }

    Optional<JobCharges> job(JobId job) {
        return Optional.ofNullable(jobs.get(job));
    }

    /** What the ledger has yet to note of the policy's {@code accounts}. */
    List<LedgerEntry> changes(List<Account> accounts, Instant now) {
        var changes = new ArrayList<LedgerEntry>();
        var gone = new TreeSet<>(lastBudgets.keySet());
        for (var account : accounts) {
            gone.remove(account.key());
            if (!account.budget().equals(lastBudgets.get(account.key()))) {
                changes.add(
                        new LedgerEntry.BudgetSet(
                                now, account.key(), account.budget(), filter(account).order()));
            }
        }
        gone.forEach(account -> changes.add(new LedgerEntry.BudgetWithdrawn(now, account)));
        return List.copyOf(changes);
    }

    /** Why {@code terms} cannot be set aside, as a sentence; empty if they can. */
    Optional<String> objection(Terms terms, List<Account> accounts) {
        var before = job(terms.job());
        if (before.isPresent() && !before.get().terms().equals(terms)) {
            return Optional.of(
                    "The job " + terms.job() + " has a reservation with other terms already.");
        }
        var touched = touched(terms, accounts);
        if (!hasBudget(touched)) {
            return Optional.of(withoutBudget(terms));
        }
        var asked = new JobCharges(terms);
        for (var account : touched) {
            var budget = filter(account);
            if (!account.takes(terms.event())) {
                return Optional.of(otherKind(account, terms.event()));
            }
            double others = spent(account, budget, terms) + reserved(account, budget, terms);
            if (!budget.admits(others + asked.cost(account, budget, terms.commits()))) {
                return Optional.of(tooMuch(account, asked));
            }
        }
        return Optional.empty();
    }

    /** Why {@code job} cannot be charged one release more; empty if it can. */
    Optional<String> objection(JobId job, List<Account> accounts) {
        var charges = job(job).filter(known -> known.reserved() > 0);
        if (charges.isEmpty()) {
            return Optional.of("The job " + job + " has nothing reserved (any more).");
        }
        var terms = charges.get().terms();
        var touched = touched(terms, accounts);
        if (!hasBudget(touched)) {
            return Optional.of(withoutBudget(terms));
        }
        for (var account : touched) {
            var budget = filter(account);
            double next =
                    charges.get().cost(account, budget, charges.get().committed() + 1)
                            + spent(account, budget, terms);
            if (!budget.admits(next)) {
                return Optional.of(
                        capitalised(account.words())
                                + " has been lowered to "
                                + words(account.budget())
                                + ", which is spent.");
            }
        }
        return Optional.empty();
    }

    /**
     * The filter of {@code account}: at the order that was noted when its first charge was made, or the best one while
     * nothing is charged.
     */
    RenyiBudget filter(Account account) {
        var budget = account.budget();
        var noted = Optional.ofNullable(budgets.get(account.key()));
        boolean charged =
                jobs.values().stream()
                        .anyMatch(job -> job.committed() > 0 && account.covers(job.terms()));
        return noted.filter(_ -> charged)
                .map(set -> RenyiBudget.at(budget.epsilon(), budget.delta(), set.order()))
                .orElseGet(() -> RenyiBudget.of(budget.epsilon(), budget.delta()));
    }

    /** What the account comes to, for people. */
    Spending spending(Account account) {
        var budget = filter(account);
        var covered = jobs.values().stream().filter(job -> account.covers(job.terms())).toList();
        double spent = 0;
        double reserved = 0;
        for (var job : covered) {
            spent += job.cost(account, budget, job.committed());
            reserved += job.cost(account, budget, job.reserved());
        }
        double left = Math.max(0, 1 - (spent + reserved) / budget.limit());
        return new Spending(
                account,
                covered.stream().map(job -> job.terms().study()).toList(),
                covered.stream().map(job -> job.terms().dataset()).toList(),
                epsilon(account, committed(covered)),
                epsilon(account, all(covered)),
                budget.limit() > 0 ? left : 0,
                covered.stream().mapToLong(JobCharges::committed).sum(),
                covered.stream().mapToLong(JobCharges::reserved).sum());
    }

    /** The studies that something was charged to. */
    List<String> studies() {
        return jobs.values().stream()
                .filter(job -> job.committed() > 0)
                .map(job -> job.terms().study())
                .distinct()
                .sorted()
                .toList();
    }

    /** The budget of {@code account} that was noted last, withdrawn or not. */
    Optional<SitePolicy.Budget> noted(String account) {
        return Optional.ofNullable(budgets.get(account)).map(LedgerEntry.BudgetSet::budget);
    }

    private double spent(Account account, RenyiBudget budget, Terms but) {
        double sum = 0;
        for (var job : others(account, but)) {
            sum += job.cost(account, budget, job.committed());
        }
        return sum;
    }

    private double reserved(Account account, RenyiBudget budget, Terms but) {
        double sum = 0;
        for (var job : others(account, but)) {
            sum += job.cost(account, budget, job.reserved());
        }
        return sum;
    }

    private List<JobCharges> others(Account account, Terms but) {
        return jobs.values().stream()
                .filter(job -> account.covers(job.terms()))
                .filter(job -> !job.terms().job().equals(but.job()))
                .toList();
    }

    private static List<Account> touched(Terms terms, List<Account> accounts) {
        return accounts.stream().filter(account -> account.covers(terms)).toList();
    }

    private static boolean hasBudget(List<Account> touched) {
        return touched.stream().anyMatch(account -> account.scope() instanceof Account.Scope.Study);
    }

    private static String withoutBudget(Terms terms) {
        return "policy.yaml gives the study "
                + terms.study()
                + " no privacy budget; its steward can: privacy: {epsilonPerRecord: 3.0, delta:"
                + " 1e-5} under allow.";
    }

    private static String otherKind(Account account, PrivacyEvent event) {
        return capitalised(account.words())
                + " has a budget per "
                + account.unit().word()
                + " under add-remove; the job protects per "
                + event.unit().word()
                + " under "
                + event.relation().word()
                + ", and the two do not add up.";
    }

    private String tooMuch(Account account, JobCharges asked) {
        var events = new ArrayList<>(all(others(account, asked.terms())));
        events.add(asked.event(asked.terms().commits()));
        double epsilon = epsilon(account, events);
        return "The job "
                + asked.terms().job()
                + " asks for "
                + asked.terms().commits()
                + " releases, with which "
                + account.words()
                + (Double.isFinite(epsilon)
                        ? String.format(Locale.ROOT, " would come to ε %.3f", epsilon)
                        : " would have charges of another unit")
                + "; its budget is "
                + words(account.budget())
                + ".";
    }

    private static List<PrivacyEvent> committed(List<JobCharges> jobs) {
        return jobs.stream().map(job -> job.event(job.committed())).toList();
    }

    private static List<PrivacyEvent> all(List<JobCharges> jobs) {
        return jobs.stream().map(job -> job.event(job.committed() + job.reserved())).toList();
    }

    private static double epsilon(Account account, List<PrivacyEvent> events) {
        var real = events.stream().filter(event -> event.steps() > 0).toList();
        if (real.isEmpty()) {
            return 0;
        }
        try {
            return real.stream().allMatch(account::takes)
                    ? RdpAccountant.compose(real).epsilon(account.budget().delta()).epsilon()
                    : Double.POSITIVE_INFINITY;
        } catch (ConfideException _) {
            // More steps than any accountant counts.
            return Double.POSITIVE_INFINITY;
        }
    }

    private static String words(SitePolicy.Budget budget) {
        return "ε " + number(budget.epsilon()) + " at δ " + number(budget.delta());
    }

    private static String number(double value) {
        return Double.toString(value).replace('E', 'e').replaceFirst("\\.0(e|$)", "$1");
    }

    private static String capitalised(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
