package io.confide.coordinator.oidc;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Which certificates of a provider count. */
final class Trust {
    private Trust() {}

    /** What Java trusts. */
    static SSLSocketFactory usual() {
        return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }

    /**
     * The authorities in {@code pem} and no others.
     *
     * @throws ConfideException FILE_MISSING or BAD_FILE
     */
    static SSLSocketFactory of(Path pem) {
        try (var in = Files.newInputStream(pem)) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, each);
            }
            if (number == 0) {
                throw new CertificateException("no certificate");
            }
            var managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (NoSuchFileException e) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    pem + " does not exist; signIn.oidc.trust of coordinator.yaml names it",
                    e);
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    pem
                            + " is not a PEM file with the authority's certificate;"
                            + " signIn.oidc.trust of coordinator.yaml names it",
                    e);
        }
    }
}
