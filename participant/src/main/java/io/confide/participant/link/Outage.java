package io.confide.participant.link;

import java.net.ConnectException;
import java.net.UnknownHostException;

/** Why a connection could not be made, in words that stay the same while the reason does. */
final class Outage {
    private Outage() {}

    /** A sentence about {@code failure} for the operator of the site. */
    static String sentence(Endpoint endpoint, Throwable failure) {
        return "cannot reach "
                + endpoint.coordinator()
                + " ("
                + reason(failure)
                + "); trying again at least every "
                + Backoff.LONGEST_MILLIS / 1000
                + " s";
    }

    private static String reason(Throwable failure) {
        return switch (failure) {
            case UnknownHostException _ -> "no such host is known";
            case ConnectException _ -> "no connection";
            default -> failure.getClass().getSimpleName();
        };
    }
}
