package io.confide.swarm;

/**
 * An invariant that a world broke.
 *
 * @param oracle its number in the table of this module's README
 */
public record Violation(int oracle, String sentence) {
    @Override
    public String toString() {
        return "oracle %d: %s".formatted(oracle, sentence);
    }
}
