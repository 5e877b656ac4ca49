package io.confide.participant.enrol;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

import javax.net.ssl.SSLException;

/** Sentences for connections that did not come about. */
final class TlsFailure {
    private TlsFailure() {}

    /** What {@code failure} of a connection to {@code server} means for a person. */
    static ConfideException of(URI server, IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case TokenTrust.ForeignAuthorityException foreign -> {
                    return new ConfideException(
                            ErrorCode.AUTHORITY_MISMATCH,
                            "the certificate of "
                                    + server.getHost()
                                    + " is signed by \""
                                    + foreign.getMessage()
                                    + "\", not by the authority that the token names: a proxy is"
                                    + " opening TLS, or the token is for another consortium; ask IT"
                                    + " to exempt "
                                    + server.getAuthority()
                                    + " from inspection",
                            failure);
                }
                case CertificateExpiredException _, CertificateNotYetValidException _ -> {
                    return new ConfideException(
                            ErrorCode.CLOCK_SKEW,
                            "the certificate of "
                                    + server.getHost()
                                    + " is not valid at the time this computer shows; set its clock"
                                    + " right (for example with NTP), or ask the administrator to"
                                    + " renew the certificate",
                            failure);
                }
                default -> {}
            }
        }
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
