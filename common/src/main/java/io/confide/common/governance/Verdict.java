package io.confide.common.governance;

import java.util.List;

/** The answer of {@link Decider#decide}. */
public sealed interface Verdict {
    /** Go on, and do what the obligations say. */
    record Permit(List<Obligation> obligations) implements Verdict {
        public Permit {
            obligations = List.copyOf(obligations);
        }
    }

    /** Every reason, not only the first. */
    record Deny(List<Reason> reasons) implements Verdict {
        public Deny {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("a denial has a reason");
            }
        }

        /** Whether a person's approval of this very plan is all that is missing. */
        public boolean onlyApprovalMissing() {
            return reasons.stream().allMatch(r -> r.code() == Reason.Code.APPROVAL_MISSING);
        }

        /** The reasons as sentences. */
        public List<String> sentences() {
            return reasons.stream().map(Reason::sentence).toList();
        }
    }
}
