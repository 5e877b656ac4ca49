package io.confide.participant.link;

import io.confide.common.model.ConfideException;
import io.vertx.core.http.UpgradeRejectedException;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;

/** Why a connection could not be made, in words that stay the same while the reason does. */
final class Outage {
    private static final int UNAVAILABLE = 503;

    private Outage() {}

    /** A sentence for the operator of the site about one attempt at each address. */
    static String sentence(List<Addresses.Failure> failures) {
        return "cannot reach "
                + failures.stream()
                        .map(failure -> failure.address() + " (" + reason(failure) + ")")
                        .collect(Collectors.joining(" or "))
                + "; trying again, with pauses of at most "
                + Backoff.LONGEST_MILLIS / 1000
                + " s";
    }

    private static String reason(Addresses.Failure failure) {
        return failure.lasting()
                .map(Outage::lasting)
                .orElseGet(
                        () ->
                                switch (failure.cause()) {
                                    case UnknownHostException _ -> "no such host is known";
                                    case ConnectException _ -> "no connection";
                                    case UpgradeRejectedException rejected ->
                                            rejected.getStatus() == UNAVAILABLE
                                                    ? "it takes no sites now"
                                                    : "it answered with status "
                                                            + rejected.getStatus();
                                    case LostBeforeWelcomeException _ ->
                                            "it closed the connection before it answered";
                                    default -> failure.cause().getClass().getSimpleName();
                                });
    }

    private static String lasting(ConfideException reason) {
        return switch (reason.code()) {
            case AUTHORITY_MISMATCH -> "another authority answers";
            case CERTIFICATE_EXPIRED -> "a certificate has expired";
            case CLOCK_SKEW -> "a certificate is not valid yet";
            case UNAUTHORISED -> "it does not accept this site's certificate";
            default -> reason.code().name();
        };
    }

    /** The other end was there, but never said Welcome. */
    static final class LostBeforeWelcomeException extends Exception {
        private static final long serialVersionUID = 1;

        LostBeforeWelcomeException() {
            super("closed before a welcome");
        }
    }
}
