package io.confide.participant.enrol;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.participant.link.CertificateProblem;

import java.io.IOException;
import java.net.URI;

import javax.net.ssl.SSLException;

/** Sentences for connections that did not come about. */
final class TlsFailure {
    private TlsFailure() {}

    /** What {@code failure} of a connection to {@code server} means for a person. */
    static ConfideException of(URI server, IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TokenTrust.ForeignAuthorityException foreign) {
                return new ConfideException(
                        ErrorCode.AUTHORITY_MISMATCH,
                        "the certificate of "
                                + server.getHost()
                                + " is signed by \""
                                + foreign.getMessage()
                                + "\", not by the consortium's authority that this site knows: a"
                                + " proxy is opening TLS, or another coordinator answers; ask IT to"
                                + " exempt "
                                + server.getAuthority()
                                + " from inspection",
                        failure);
            }
        }
        return CertificateProblem.ofServer(server.getAuthority(), failure)
                .orElseGet(() -> unreachable(server, failure));
    }

    private static ConfideException unreachable(URI server, IOException failure) {
        String why =
                failure instanceof SSLException
                        ? "TLS failed: " + failure.getMessage()
                        : "no answer";
        return new ConfideException(
                ErrorCode.UNREACHABLE,
                "cannot reach the coordinator at "
                        + server
                        + " ("
                        + why
                        + "); check that it runs and that the firewall lets this computer connect"
                        + " there",
                failure);
    }
}
