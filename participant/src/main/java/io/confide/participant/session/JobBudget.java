package io.confide.participant.session;

import io.confide.common.governance.Target;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.participant.port.PrivacyLedger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/** What one job needs of this site's privacy budget. */
sealed interface JobBudget {
    /** Sets aside what the whole job may cost; returns why that cannot be, for the operator. May be asked again. */
    Optional<String> reserve();

    /** Gives back what the job will not commit any more. */
    void release();

    static JobBudget of(JobId job, Plan plan, Surroundings surroundings) {
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> new None();
            case Guarantee.RecordLevel records -> new Records(job, plan, records, surroundings);
        };
    }

    /** A plan without a guarantee is permitted by policy alone. */
    record None() implements JobBudget {
        @Override
        public Optional<String> reserve() {
            return Optional.empty();
        }

        @Override
        public void release() {}
    }

    /** All commits of the plan, at the cost that its noise has and not at the one it states. */
    record Records(JobId job, Plan plan, Guarantee.RecordLevel records, Surroundings surroundings)
            implements JobBudget {
        private static final Logger LOG = LoggerFactory.getLogger(JobBudget.class);

        @Override
        public Optional<String> reserve() {
            String study = plan.study().name();
            var dataset =
                    surroundings.work().data().datasets().stream()
                            .filter(bound -> bound.study().equals(study))
                            .map(Target.Dataset::name)
                            .findFirst();
            if (dataset.isEmpty()) {
                return Optional.of("no dataset is bound to the study " + study);
            }
            var terms =
                    new PrivacyLedger.Terms(
                            job,
                            study,
                            dataset.get(),
                            PlanPrivacy.of(plan, records).oneCommit(),
                            records.commits());
            return switch (surroundings.storage().ledger().reserve(terms)) {
                case PrivacyLedger.Verdict.Granted _ -> Optional.empty();
                case PrivacyLedger.Verdict.Refused(var why) -> Optional.of(why);
            };
        }

        @Override
        public void release() {
            try {
                surroundings.storage().ledger().release(job);
            } catch (ConfideException e) {
                // Too much stays reserved then, never too little; the session must end in order.
                LOG.warn("event=reservationKept job={} reason=\"{}\"", job, e.getMessage());
            }
        }
    }
}
