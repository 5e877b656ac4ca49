package io.confide.coordinator.pki;

import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;

/** Keys and certificates as PEM text (RFC 7468). */
final class PemText {
    private PemText() {}

    static String text(X509Certificate certificate) throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    static X509Certificate certificate(String text) throws GeneralSecurityException {
        return certificate(content(text, "CERTIFICATE"));
    }

    static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    static PrivateKey privateKey(String text) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(content(text, "PRIVATE KEY")));
    }

    static String text(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /** Returns the bytes of the one PEM object in {@code text}, which must be a {@code type}. */
    static byte[] content(String text, String type) throws GeneralSecurityException {
        try (var reader = new PemReader(new StringReader(text))) {
            var object = reader.readPemObject();
            if (object == null || !object.getType().equals(type)) {
                throw new GeneralSecurityException("this is not a PEM " + type);
            }
            return object.getContent();
        } catch (IOException | RuntimeException e) {
            throw new GeneralSecurityException("this is not PEM", e);
        }
    }

    private static String pem(String type, byte[] content) {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory cannot fail", e);
        }
        return text.toString();
    }
}
