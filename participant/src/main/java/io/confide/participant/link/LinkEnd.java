package io.confide.participant.link;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.vertx.core.http.UpgradeRejectedException;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

/** What ends a link for good, because trying again cannot mend it. */
final class LinkEnd {
    /** The close code of a connection whose place a newer one of the same site took. */
    private static final short REPLACED = 4000;

    private LinkEnd() {}

    /**
     * Whether another process took this one's place; a process has one connection at a time, so it cannot have been
     * itself.
     */
    static boolean isReplaced(@Nullable Short closeCode) {
        return closeCode != null && closeCode == REPLACED;
    }

    static ConfideException replaced() {
        return new ConfideException(
                ErrorCode.CONFLICT,
                "another process with this site's certificate connected to the coordinator, so this"
                        + " one stopped; look for a copy of this home that runs elsewhere, stop it,"
                        + " then start this one again");
    }

    /** What a failed attempt to connect says about all further ones; empty if it may succeed later. */
    static Optional<ConfideException> of(Throwable failure, Endpoint endpoint, Instant now) {
        if (failure instanceof UpgradeRejectedException rejected
                && (rejected.getStatus() == 401 || rejected.getStatus() == 403)) {
            return Optional.of(
                    new ConfideException(
                            ErrorCode.UNAUTHORISED,
                            "the coordinator does not accept this site's certificate; ask its"
                                    + " administrator whether the site was removed, and enrol again"
                                    + " with a new token",
                            failure));
        }
        return endpoint.certificateFailure(failure, now);
    }
}
