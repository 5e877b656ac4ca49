package io.confide.coordinator.round;

/**
 * The numbers that decide a round.
 *
 * @param floor smallest |U3|
 * @param quorum q: signatures that make a certificate
 * @param threshold t: reveals that open the sum
 */
public record RoundRules(int floor, int quorum, int threshold) {
    public RoundRules {
        if (floor < 1 || quorum < 1 || threshold < 1) {
            throw new IllegalArgumentException("floor, quorum and threshold are at least 1");
        }
    }
}
