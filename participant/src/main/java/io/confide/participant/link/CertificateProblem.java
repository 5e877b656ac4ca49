package io.confide.participant.link;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Sentences about certificates at the wrong time: which, since when, and what to do. */
public final class CertificateProblem {
    private CertificateProblem() {}

    /** What is wrong with the site's {@code own} certificate at {@code now}; empty if nothing is. */
    public static Optional<ConfideException> ofSite(X509Certificate own, Instant now) {
        var until = own.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            return Optional.of(
                    new ConfideException(
                            ErrorCode.CERTIFICATE_EXPIRED,
                            "this site's certificate expired at "
                                    + until
                                    + "; if this computer's clock is right, ask the coordinator's"
                                    + " administrator for a token, move the folder identity in the"
                                    + " site's home away, and run: confide participant enroll"
                                    + " --token TOKEN (the new identity key must then go into the"
                                    + " consortium's roster)"));
        }
        var from = own.getNotBefore().toInstant();
        return now.isBefore(from)
                ? Optional.of(
                        new ConfideException(
                                ErrorCode.CLOCK_SKEW, tooEarly("this site's certificate", from)))
                : Optional.empty();
    }

    /**
     * What {@code failure} of a handshake says about the dates of the certificate of {@code server}, a {@code host:port};
     * empty if nothing.
     */
    public static Optional<ConfideException> ofServer(String server, Throwable failure) {
        var causes = causes(failure);
        return causes.stream()
                .flatMap(cause -> dated(server, cause, shown(causes)).stream())
                .findFirst()
                .map(sentence -> new ConfideException(sentence.code(), sentence.text(), failure));
    }

    private record Sentence(ErrorCode code, String text) {}

    private static Optional<Sentence> dated(
            String server, Throwable cause, Optional<X509Certificate> shown) {
        return switch (cause) {
            case CertificateExpiredException _ ->
                    Optional.of(
                            new Sentence(
                                    ErrorCode.CERTIFICATE_EXPIRED,
                                    "the certificate of "
                                            + server
                                            + " expired"
                                            + shown.map(it -> " at " + it.getNotAfter().toInstant())
                                                    .orElse("")
                                            + "; if this computer's clock is right, ask the"
                                            + " administrator to renew it (a coordinator with its"
                                            + " own authority does so when it is started again)"));
            case CertificateNotYetValidException _ ->
                    Optional.of(
                            new Sentence(
                                    ErrorCode.CLOCK_SKEW,
                                    shown.map(X509Certificate::getNotBefore)
                                            .map(
                                                    from ->
                                                            tooEarly(
                                                                    "the certificate of " + server,
                                                                    from.toInstant()))
                                            .orElse(
                                                    "the certificate of "
                                                            + server
                                                            + " is not valid yet; set this"
                                                            + " computer's clock right (for example"
                                                            + " with NTP)")));
            default -> Optional.empty();
        };
    }

    private static String tooEarly(String whose, Instant from) {
        return whose
                + " is valid from "
                + from
                + " on, which this computer's clock has not reached; set the clock right (for"
                + " example with NTP)";
    }

    /** The certificate that a path check stopped at. */
    private static Optional<X509Certificate> shown(List<Throwable> causes) {
        return causes.stream()
                .filter(CertPathValidatorException.class::isInstance)
                .map(CertPathValidatorException.class::cast)
                .filter(failed -> failed.getCertPath() != null && failed.getIndex() >= 0)
                .map(failed -> failed.getCertPath().getCertificates().get(failed.getIndex()))
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast)
                .findFirst();
    }

    static List<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    }
}
