package io.confide.participant.port;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.PrivacyUnit;
import io.confide.common.privacy.RdpAccountant;
import io.confide.common.privacy.Relation;
import io.confide.common.secagg.LedgerHead;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A ledger that forgets with its process: per study the ε of everything committed and reserved, by the accountant. */
public final class MemoryLedger implements PrivacyLedger {
    private final Map<String, SitePolicy.Budget> budgets;
    private final Map<JobId, Reserved> jobs = new HashMap<>();

    public MemoryLedger(Map<String, SitePolicy.Budget> budgets) {
        this.budgets = Map.copyOf(budgets);
    }

    /** ε {@code epsilon} at δ 1e-5 per record for {@code study}. */
    public static MemoryLedger of(String study, double epsilon) {
        return new MemoryLedger(
                Map.of(study, new SitePolicy.Budget(SitePolicy.Unit.RECORD, epsilon, 1e-5)));
    }

    private record Charge(long round, Digest input) {}

    private static final class Reserved {
        private final Terms terms;
        private final Set<Charge> charges = new HashSet<>();
        private boolean open = true;

        Reserved(Terms terms) {
            this.terms = terms;
        }

        long counted() {
            return open ? terms.commits() : charges.size();
        }
    }

    @Override
    public Verdict reserve(Terms terms) {
        var before = Optional.ofNullable(jobs.get(terms.job()));
        if (before.isPresent() && !before.get().terms.equals(terms)) {
            return new Verdict.Refused("The job has other terms already.");
        }
        var budget = Optional.ofNullable(budgets.get(terms.study()));
        if (budget.isEmpty()
                || !fits(terms.event(), budget.get().unit())
                || epsilon(terms, budget.get()) > budget.get().epsilon()) {
            return new Verdict.Refused("The budget does not suffice.");
        }
        before.ifPresentOrElse(
                job -> job.open = true, () -> jobs.put(terms.job(), new Reserved(terms)));
        return new Verdict.Granted();
    }

    @Override
    public Verdict commit(JobId job, long round, Digest input) {
        var reserved = Optional.ofNullable(jobs.get(job));
        var charge = new Charge(round, input);
        if (reserved.filter(at -> at.charges.contains(charge)).isPresent()) {
            return new Verdict.Granted();
        }
        if (reserved.filter(at -> at.open && at.charges.size() < at.terms.commits()).isEmpty()) {
            return new Verdict.Refused("Nothing is reserved.");
        }
        reserved.get().charges.add(charge);
        return new Verdict.Granted();
    }

    @Override
    public void release(JobId job) {
        Optional.ofNullable(jobs.get(job)).ifPresent(at -> at.open = false);
    }

    /** How many releases of {@code job} were charged. */
    public int charged(JobId job) {
        return Optional.ofNullable(jobs.get(job)).map(at -> at.charges.size()).orElse(0);
    }

    @Override
    public LedgerHead head() {
        return LedgerHead.START;
    }

    @Override
    public void close() {}

    private static boolean fits(PrivacyEvent event, SitePolicy.Unit unit) {
        var protects =
                switch (unit) {
                    case RECORD -> PrivacyUnit.RECORD;
                    case PATIENT -> PrivacyUnit.PATIENT;
                };
        return event.relation() == Relation.ADD_REMOVE && event.unit() == protects;
    }

    private double epsilon(Terms asked, SitePolicy.Budget budget) {
        var events = new ArrayList<PrivacyEvent>(List.of(times(asked.event(), asked.commits())));
        jobs.values().stream()
                .filter(job -> job.terms.study().equals(asked.study()))
                .filter(job -> !job.terms.job().equals(asked.job()))
                .map(job -> times(job.terms.event(), job.counted()))
                .forEach(events::add);
        return RdpAccountant.compose(events).epsilon(budget.delta()).epsilon();
    }

    private static PrivacyEvent times(PrivacyEvent event, long commits) {
        return new PrivacyEvent(
                event.relation(),
                event.unit(),
                event.sampling(),
                event.noise(),
                event.steps() * commits);
    }
}
