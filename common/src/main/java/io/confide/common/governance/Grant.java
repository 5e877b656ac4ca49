package io.confide.common.governance;

import java.time.Instant;
import java.util.Optional;

/**
 * A permission given by a person. Never edited: superseded or revoked.
 *
 * @param by who gives it, e.g. {@code london/steward}
 * @param to whom; nobody grants to themselves
 * @param on what, e.g. the hexadecimal planHash of a PLAN grant
 * @param until last instant at which it holds, if it ends
 */
public record Grant(
        Kind kind,
        String by,
        String to,
        String on,
        Instant from,
        Optional<Instant> until,
        Standing standing) {
    public Grant {
        if (by.equals(to)) {
            throw new IllegalArgumentException("nobody grants to themselves: " + by);
        }
    }

    /** Note 50's kinds of permission. */
    public enum Kind {
        ETHICS,
        LEGAL,
        DPIA,
        DUA,
        PLAN,
        ACCESS,
        RELEASE,
        EXCEPTION
    }

    /** Whether the issuer still stands by it. */
    public enum Standing {
        ACTIVE,
        REVOKED
    }

    /** Whether it holds at {@code now}. */
    public boolean live(Instant now) {
        return standing == Standing.ACTIVE
                && !now.isBefore(from)
                && until.map(end -> !now.isAfter(end)).orElse(true);
    }
}
