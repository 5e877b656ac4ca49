package io.confide.cli.remote;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that trusts one certificate authority and no other. */
final class OnlyAuthority {
    private OnlyAuthority() {}

    /** A context for TLS 1.3 whose only root is the certificate in {@code pem}. */
    static SSLContext trusting(Path pem) throws IOException {
        if (!Files.isRegularFile(pem)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    "The authority's certificate " + pem + " does not exist. Check --authority.");
        }
        try (var in = Files.newInputStream(pem)) {
            var certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", certificate);
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE, pem + " is not a certificate in PEM form.", e);
        }
    }
}
