package io.confide.common.model;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the data steward of one site allows. Whatever no {@link Allowance} names is refused; a site
 * without a policy refuses everything. Secure aggregation is always required: no other way is built.
 */
public record SitePolicy(List<Allowance> allow, List<Total> totals) {
    public SitePolicy {
        allow = List.copyOf(allow);
        totals = List.copyOf(totals);
    }

    /** A policy in which every study has its own records. */
    public SitePolicy(List<Allowance> allow) {
        this(allow, List.of());
    }

    /** The allowance for {@code study}, if there is one. */
    public Optional<Allowance> allowance(String study) {
        return allow.stream().filter(entry -> entry.study().equals(study)).findFirst();
    }

    /**
     * What is allowed for one study, with the policy's defaults filled in.
     *
     * @param models kinds as in job.yaml, e.g. {@code logistic}
     * @param minimumCohort fewest sites in an epoch or round, this one included
     * @param minimumIncluded fewest sites in a sum
     * @param minimumDifference two sums of a job are over the same sites or differ in at least so many; 1 = any
     * @param rolledBackLedger what happens in an epoch with a site whose privacy ledger is not where it was
     * @param releaseAtMost the strongest release this site agrees to
     * @param budget what jobs of this study may spend together; without one, none of them may use differential privacy
     * @param until last day (UTC) on which it holds
     */
    public record Allowance(
            String study,
            Set<String> models,
            int minimumCohort,
            int minimumIncluded,
            int minimumDifference,
            RolledBackLedger rolledBackLedger,
            Privacy privacy,
            Optional<Budget> budget,
            Plan.Release releaseAtMost,
            Approval approval,
            Optional<LocalDate> until) {
        public Allowance {
            models = Set.copyOf(models);
        }
    }

    /** The most that may ever be learnt of one {@code unit}: (ε, δ) over all releases together, past ones included. */
    public record Budget(Unit unit, double epsilon, double delta) {}

    /** Whom a budget protects. */
    public enum Unit {
        RECORD,
        PATIENT
    }

    /**
     * A budget over all studies together, for datasets that hold the same people.
     *
     * @param name of this budget, for people
     * @param datasets names as in participant.yaml
     */
    public record Total(String name, Set<String> datasets, Budget budget) {
        public Total {
            datasets = Set.copyOf(datasets);
        }
    }

    /** What this site does where another's privacy ledger has fallen behind (PROTOCOL.md K7). */
    public enum RolledBackLedger {
        /** The evidence is kept, and the work goes on. */
        NOTE,
        /** The evidence is kept, and no keys are made with that site. */
        REFUSE
    }

    /** Whether differential privacy must protect the records. */
    public enum Privacy {
        NOT_REQUIRED,
        REQUIRED
    }

    /** Whether a person approves every plan by its hash. */
    public enum Approval {
        MANUAL,
        AUTOMATIC
    }
}
