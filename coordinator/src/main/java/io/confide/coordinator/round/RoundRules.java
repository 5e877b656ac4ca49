package io.confide.coordinator.round;

/**
 * The numbers that decide a round.
 *
 * @param floor smallest |U3|
 * @param quorum q: signatures that make a certificate
 * @param threshold t: reveals that open the sum
 * @param vote when sites sign the list of inputs before they reveal
 */
public record RoundRules(int floor, int quorum, int threshold, Vote vote) {
    /** When a vote is held. */
    public enum Vote {
        ALWAYS,
        /** Not if every site of U1 is included: then there is only one list (K20). */
        IF_ANY_IS_MISSING
    }

    public RoundRules {
        if (floor < 1 || quorum < 1 || threshold < 1) {
            throw new IllegalArgumentException("floor, quorum and threshold are at least 1");
        }
    }
}
