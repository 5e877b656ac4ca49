package io.confide.participant;

import io.confide.common.model.Digest;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A consortium's authority for tests. */
public final class TestAuthority {
    private static final X500Name NAME = new X500Name("CN=Test Authority");

    public final KeyPair pair = keyPair();
    public final X509Certificate certificate;
    private long serial = 1;

    public TestAuthority() {
        certificate =
                issue(
                        "Test Authority",
                        pair.getPublic(),
                        Instant.now().minus(Duration.ofDays(100)),
                        true);
    }

    public static KeyPair keyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public Digest fingerprint() {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public X509Certificate issue(String name, PublicKey key, Instant from) {
        return issue(name, key, from, false);
    }

    private X509Certificate issue(String name, PublicKey key, Instant from, boolean authority) {
        try {
            var life = authority ? Duration.ofDays(200) : Duration.ofDays(30);
            var builder =
                    new JcaX509v3CertificateBuilder(
                            NAME,
                            BigInteger.valueOf(serial++),
                            Date.from(from.minus(Duration.ofSeconds(30))),
                            Date.from(from.plus(life)),
                            new X500Name("CN=" + name),
                            key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!authority) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** TLS of a server for localhost that shows the whole chain. */
    public SSLContext serverTls(Instant from) {
        try {
            var key = keyPair();
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "server",
                    key.getPrivate(),
                    new char[0],
                    new Certificate[] {issue("coordinator", key.getPublic(), from), certificate});
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            var tls = SSLContext.getInstance("TLSv1.3");
            tls.init(managers.getKeyManagers(), null, null);
            return tls;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Writes {@code name}.key, {@code name}.crt for a fresh key. */
    public void writeIdentity(Path directory, String name) {
        writeIdentity(directory, name, Instant.now());
    }

    /** The certificate is valid from half a minute before {@code from}, for thirty days. */
    public void writeIdentity(Path directory, String name, Instant from) {
        try {
            var key = keyPair();
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(name + ".key"), pem(key.getPrivate()));
            Files.writeString(
                    directory.resolve(name + ".crt"),
                    pem(issue(name, key.getPublic(), from)) + pem(certificate));
            Files.writeString(directory.resolve("authority.crt"), pem(certificate));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static String pem(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    public static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(String kind, byte[] der) {
        var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(kind, lines.encodeToString(der), kind);
    }
}
