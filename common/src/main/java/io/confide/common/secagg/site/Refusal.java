package io.confide.common.secagg.site;

/**
 * A message that this site did not follow. {@code round} is 0 during the set-up. Nothing in it
 * depends on data.
 */
public record Refusal(Check check, long round) {
    /** Returns the constant reason of {@link #check}. */
    public String why() {
        return check.why();
    }

    @Override
    public String toString() {
        return check + " round=" + round + ": " + why();
    }
}
