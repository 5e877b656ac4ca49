package io.confide.common.privacy;

import java.util.List;

/** Which accountant answers. Both give upper bounds on the same ε. */
public enum Accountant {
    /** Rényi: additive, what a ledger is charged. */
    RDP {
        @Override
        public double epsilon(List<PrivacyEvent> events, double delta) {
            return RdpAccountant.compose(events).epsilon(delta).epsilon();
        }
    },
    /** Privacy loss distributions: tight. */
    PLD {
        @Override
        public double epsilon(List<PrivacyEvent> events, double delta) {
            return PldAccountant.epsilon(events, delta);
        }
    };

    /** An upper bound on ε of all {@code events} together at {@code delta}. */
    public abstract double epsilon(List<PrivacyEvent> events, double delta);
}
