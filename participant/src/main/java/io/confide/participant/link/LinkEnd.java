package io.confide.participant.link;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.vertx.core.http.UpgradeRejectedException;

import org.jspecify.annotations.Nullable;

import java.net.URI;
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

    /** What a failed attempt at {@code address} says about all further ones there; empty if one may succeed. */
    static Optional<ConfideException> of(
            Throwable failure, Endpoint endpoint, URI address, Instant now) {
        if (failure instanceof UpgradeRejectedException rejected
                && (rejected.getStatus() == 401 || rejected.getStatus() == 403)) {
            return Optional.of(
                    new ConfideException(
                            ErrorCode.UNAUTHORISED,
                            "the coordinator at "
                                    + Endpoint.name(address)
                                    + " does not accept this site's certificate; ask its"
                                    + " administrator whether the site was removed, and enrol again"
                                    + " with a new token",
                            failure));
        }
        return endpoint.certificateFailure(address, failure, now);
    }
}
