package io.confide.common.model;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the data steward of one site allows. Whatever no {@link Allowance} names is refused; a site
 * without a policy refuses everything. Secure aggregation is always required: no other way is built.
 */
public record SitePolicy(List<Allowance> allow) {
    public SitePolicy {
        allow = List.copyOf(allow);
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
     * @param releaseAtMost the strongest release this site agrees to
     * @param until last day (UTC) on which it holds
     */
    public record Allowance(
            String study,
            Set<String> models,
            int minimumCohort,
            int minimumIncluded,
            Privacy privacy,
            Plan.Release releaseAtMost,
            Approval approval,
            Optional<LocalDate> until) {
        public Allowance {
            models = Set.copyOf(models);
        }
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
