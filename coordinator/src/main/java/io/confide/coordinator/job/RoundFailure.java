package io.confide.coordinator.job;

/**
 * Why a round has no sum, for people.
 *
 * @param what which sites were missing in which step
 * @param advice what to do if the job ends because of it; empty if there is nothing to do
 */
public record RoundFailure(String what, String advice) {
    /** Both, as the last word of a job. */
    public String sentence() {
        return advice.isEmpty() ? what : what + " " + advice;
    }
}
