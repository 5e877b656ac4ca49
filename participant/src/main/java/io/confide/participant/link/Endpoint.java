package io.confide.participant.link;

import io.confide.common.crypto.TlsKey;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.wire.WireLimits;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLHandshakeException;

/**
 * Where the coordinator is and how this site shows who it is.
 *
 * @param coordinators {@code https://host:port} of the sites' port of each of its members, at least one
 * @param key PEM file of the site's TLS key
 * @param certificate PEM file of its certificate chain
 * @param authority PEM file of the only authority that is trusted
 */
public record Endpoint(List<URI> coordinators, Path key, Path certificate, Path authority) {
    private static final int PORT = 8443;
    private static final int CONNECT_MILLIS = 10_000;
    private static final List<String> REFUSALS =
            List.of(
                    "certificate_unknown",
                    "certificate_expired",
                    "certificate_revoked",
                    "certificate_required",
                    "bad_certificate",
                    "unknown_ca");
    private static final int STREAM_WINDOW_BYTES = 8 << 20;
    private static final int CONNECTION_WINDOW_BYTES = 16 << 20;
    private static final int HTTP2_FRAME_BYTES = 64 << 10;

    public Endpoint {
        coordinators = List.copyOf(coordinators);
        if (coordinators.isEmpty()) {
            throw new IllegalArgumentException("a site has a coordinator");
        }
    }

    WebSocketClientOptions webSocketOptions() {
        var options =
                new WebSocketClientOptions()
                        .setMaxFrameSize(WireLimits.FRAME_BYTES_MAX)
                        .setMaxMessageSize(WireLimits.FRAME_BYTES_MAX)
                        .setClosingTimeout(2);
        return secured(options);
    }

    HttpClientOptions dataOptions() {
        var options =
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setUseAlpn(true)
                        .setInitialSettings(
                                new Http2Settings()
                                        .setInitialWindowSize(STREAM_WINDOW_BYTES)
                                        .setMaxFrameSize(HTTP2_FRAME_BYTES))
                        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES);
        return secured(options);
    }

    /** Fills in the server of {@code options}. */
    static <O extends RequestOptions> O at(URI address, O options) {
        options.setHost(address.getHost()).setPort(port(address)).setSsl(true);
        return options;
    }

    /** {@code host:port}, as sentences name a server. */
    static String name(URI address) {
        return address.getHost() + ":" + port(address);
    }

    private static int port(URI uri) {
        return uri.getPort() < 0 ? PORT : uri.getPort();
    }

    /** Returns the sentence if {@code failure} at {@code address} is about certificates, which trying again does not mend. */
    Optional<ConfideException> certificateFailure(URI address, Throwable failure, Instant now) {
        return own().flatMap(certificate -> CertificateProblem.ofSite(certificate, now))
                .or(() -> CertificateProblem.ofServer(name(address), failure))
                .or(() -> foreignAuthority(address, failure))
                .or(() -> refusedCertificate(address, failure));
    }

    /** The site's own certificate; empty if it cannot be read, which TLS itself then reports. */
    private Optional<X509Certificate> own() {
        try (var pem = Files.newInputStream(certificate)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem)
                            instanceof X509Certificate own
                    ? Optional.of(own)
                    : Optional.empty();
        } catch (IOException | CertificateException _) {
            return Optional.empty();
        }
    }

    private static Optional<ConfideException> refusedCertificate(URI address, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return failure instanceof SSLHandshakeException
                        && REFUSALS.stream().anyMatch(alert -> message.contains("alert: " + alert))
                ? Optional.of(
                        new ConfideException(
                                ErrorCode.UNAUTHORISED,
                                "the coordinator at "
                                        + name(address)
                                        + " does not accept this site's certificate; enrol"
                                        + " again with a new token",
                                failure))
                : Optional.empty();
    }

    private static Optional<ConfideException> foreignAuthority(URI address, Throwable failure) {
        boolean foreign =
                CertificateProblem.causes(failure).stream()
                        .anyMatch(
                                cause ->
                                        cause instanceof CertPathBuilderException
                                                || cause instanceof CertPathValidatorException);
        return foreign
                ? Optional.of(
                        new ConfideException(
                                ErrorCode.AUTHORITY_MISMATCH,
                                "the certificate of "
                                        + name(address)
                                        + " is not signed by the authority of this site's"
                                        + " enrolment: a proxy is opening TLS, or another server"
                                        + " answers; ask IT to exempt "
                                        + name(address)
                                        + " from inspection",
                                failure))
                : Optional.empty();
    }

    private <O extends ClientOptionsBase> O secured(O options) {
        options.setSsl(true)
                .setKeyCertOptions(KeyCertOptions.wrap(tlsKey()))
                .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString()));
        options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        options.setConnectTimeout(CONNECT_MILLIS);
        return options;
    }

    private TlsKey tlsKey() {
        try (var pem = Files.newInputStream(certificate)) {
            var chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            return new TlsKey(privateKey(), chain);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "the TLS key or certificate in "
                            + key.toAbsolutePath().getParent()
                            + " is damaged; enrol this site again",
                    e);
        }
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        byte[] pem = Files.readAllBytes(key);
        byte[] der = {};
        try {
            String text = new String(pem, StandardCharsets.US_ASCII);
            der = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } finally {
            Arrays.fill(pem, (byte) 0);
            Arrays.fill(der, (byte) 0);
        }
    }
}
