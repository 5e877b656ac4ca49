package io.confide.participant.enrol;

import io.confide.common.model.Digest;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server only if its chain ends at the one authority whose fingerprint is known; the computer's own list of
 * authorities does not count. Certificate paths, validity and host name are then checked as the JDK does.
 */
final class TokenTrust extends X509ExtendedTrustManager {
    private final Digest authority;

    /** @param authority SHA-256 of the authority's certificate in DER form */
    TokenTrust(Digest authority) {
        this.authority = authority;
    }

    /** The server shows a chain of another authority. */
    static final class ForeignAuthorityException extends CertificateException {
        private static final long serialVersionUID = 1L;

        ForeignAuthorityException(String issuer) {
            super(issuer);
        }
    }

    /** Returns the certificate of {@code chain} that has the fingerprint. */
    Optional<X509Certificate> authorityOf(X509Certificate[] chain) throws CertificateException {
        for (var certificate : chain) {
            if (Digest.of(certificate.getEncoded()).equals(authority)) {
                return Optional.of(certificate);
            }
        }
        return Optional.empty();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checker(chain).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checker(chain).checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        checker(chain).checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("no server here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("no server here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("no server here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private X509ExtendedTrustManager checker(X509Certificate[] chain) throws CertificateException {
        var root = authorityOf(chain);
        if (root.isEmpty()) {
            throw new ForeignAuthorityException(
                    chain[chain.length - 1].getIssuerX500Principal().getName());
        }
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", root.get());
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("the platform has no PKIX checks", e);
        }
    }
}
