package io.confide.common.secagg.site;

/**
 * Unwinds from a failed check to {@link SiteProtocol}, which turns it into {@link Reaction.Refused}.
 * Checked, and without a stack trace: it is an answer, not an accident.
 */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Check check;

    RefusedException(Check check) {
        super(check.why(), null, false, false);
        this.check = check;
    }

    Check check() {
        return check;
    }
}
