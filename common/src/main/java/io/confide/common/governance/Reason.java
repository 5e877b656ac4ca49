package io.confide.common.governance;

/**
 * Why not.
 *
 * @param sentence what is missing and who can change it; no personal data
 */
public record Reason(Code code, String sentence) {
    /** Stable names for programs. */
    public enum Code {
        NO_POLICY,
        ROLE_MISSING,
        OTHER_SITE,
        WRONG_PLACE,
        WRONG_TARGET,
        NOT_OWNER,
        PLAN_CHANGED,
        NO_DATASET,
        SECRET_DATA,
        STUDY_NOT_ALLOWED,
        ALLOWANCE_ENDED,
        MODEL_NOT_ALLOWED,
        COHORT_TOO_SMALL,
        INCLUDED_TOO_FEW,
        SUMS_TOO_CLOSE,
        DP_REQUIRED,
        EPSILON_UNDERSTATED,
        COLLUDERS_UNLIKE_ROSTER,
        RELEASE_EXCEEDS,
        APPROVAL_MISSING
    }
}
