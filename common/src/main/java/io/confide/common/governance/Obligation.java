package io.confide.common.governance;

/** What a permission asks of whoever uses it. */
public record Obligation(Kind kind, String sentence) {
    /** Stable names for programs. */
    public enum Kind {
        /** Write the verdict to the event log before acting on it. */
        RECORD,
        /** Ask again before every round: policies, grants and the clock move. */
        ASK_EVERY_ROUND,
        /** Answer nothing for a sum of fewer sites than the policy's minimum. */
        MINIMUM_INCLUDED
    }
}
