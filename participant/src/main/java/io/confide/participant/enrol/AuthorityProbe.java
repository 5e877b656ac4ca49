package io.confide.participant.enrol;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Connects once to see who answers. */
public final class AuthorityProbe {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int PORT = 8443;

    private AuthorityProbe() {}

    /**
     * Opens and closes one TLS 1.3 connection to {@code server} that trusts only the authority with the fingerprint {@code
     * authority}; no certificate of this site is shown.
     *
     * @throws ConfideException UNREACHABLE, AUTHORITY_MISMATCH or CLOCK_SKEW
     */
    public static void connect(URI server, Digest authority) {
        int port = server.getPort() < 0 ? PORT : server.getPort();
        try {
            var tls = SSLContext.getInstance("TLSv1.3");
            tls.init(null, new TrustManager[] {new TokenTrust(authority)}, null);
            try (var socket = (SSLSocket) tls.getSocketFactory().createSocket()) {
                socket.connect(new InetSocketAddress(server.getHost(), port), TIMEOUT_MILLIS);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("JDK 25 has TLS 1.3", e);
        } catch (IOException e) {
            throw TlsFailure.of(server, e);
        }
    }
}
