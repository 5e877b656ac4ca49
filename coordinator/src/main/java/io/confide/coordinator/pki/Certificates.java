package io.confide.coordinator.pki;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;

/** Builds and signs the four kinds of X.509 certificates (RFC 5280) that Confide uses, all on EC P-256. */
final class Certificates {
    static final Duration BACKDATED = Duration.ofHours(1);
    private static final int SERIAL_BITS = 127;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private final X509Certificate issuer;
    private final PrivateKey issuerKey;
    private final SecureRandom random;

    Certificates(X509Certificate issuer, PrivateKey issuerKey, SecureRandom random) {
        this.issuer = issuer;
        this.issuerKey = issuerKey;
        this.random = random;
    }

    /** Returns a fresh EC P-256 key pair. */
    static KeyPair newKeys(SecureRandom random) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    /** Returns a self-signed root that may sign leaves only (path length 0). */
    static X509Certificate root(KeyPair keys, Instant now, Duration life, SecureRandom random)
            throws GeneralSecurityException {
        try {
            var name = name("Confide authority");
            var builder =
                    builder(name, name, keys.getPublic(), now, now.plus(life), random)
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                            .addExtension(
                                    Extension.keyUsage,
                                    true,
                                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                            .addExtension(
                                    Extension.subjectKeyIdentifier,
                                    false,
                                    new JcaX509ExtensionUtils()
                                            .createSubjectKeyIdentifier(keys.getPublic()));
            return sign(builder, keys.getPrivate(), random);
        } catch (CertIOException e) {
            throw new GeneralSecurityException("the root certificate cannot be encoded", e);
        }
    }

    /** Returns a certificate for a server under all of {@code names}: host names or IP addresses. */
    X509Certificate server(PublicKey key, List<String> names, Instant now, Duration life)
            throws GeneralSecurityException {
        try {
            var alternatives = names.stream().map(Certificates::alternative).toList();
            var builder =
                    leaf(name("Confide coordinator"), key, now, life, KeyPurposeId.id_kp_serverAuth)
                            .addExtension(
                                    Extension.subjectAlternativeName,
                                    false,
                                    new GeneralNames(alternatives.toArray(GeneralName[]::new)));
            return sign(builder, issuerKey, random);
        } catch (CertIOException e) {
            throw new GeneralSecurityException("the server certificate cannot be encoded", e);
        }
    }

    /** Returns a certificate with which a member of a cluster shows itself at both ends of a connection. */
    X509Certificate member(PublicKey key, Instant now, Duration life)
            throws GeneralSecurityException {
        try {
            var builder =
                    leaf(
                            name("Confide member"),
                            key,
                            now,
                            life,
                            KeyPurposeId.id_kp_serverAuth,
                            KeyPurposeId.id_kp_clientAuth);
            return sign(builder, issuerKey, random);
        } catch (CertIOException e) {
            throw new GeneralSecurityException("the member certificate cannot be encoded", e);
        }
    }

    /** Returns a certificate with which a site may open connections; {@code commonName} is the site. */
    X509Certificate site(PublicKey key, String commonName, Instant now, Duration life)
            throws GeneralSecurityException {
        try {
            var builder =
                    leaf(
                            new X500Name("CN=" + commonName),
                            key,
                            now,
                            life,
                            KeyPurposeId.id_kp_clientAuth);
            return sign(builder, issuerKey, random);
        } catch (CertIOException e) {
            throw new GeneralSecurityException("the site certificate cannot be encoded", e);
        }
    }

    private X509v3CertificateBuilder leaf(
            X500Name subject, PublicKey key, Instant now, Duration life, KeyPurposeId... purposes)
            throws GeneralSecurityException, CertIOException {
        var end = now.plus(life);
        var last = issuer.getNotAfter().toInstant();
        var extensions = new JcaX509ExtensionUtils();
        return builder(
                        X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
                        subject,
                        key,
                        now,
                        end.isAfter(last) ? last : end,
                        random)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        extensions.createAuthorityKeyIdentifier(issuer))
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        extensions.createSubjectKeyIdentifier(key));
    }

    private static X509v3CertificateBuilder builder(
            X500Name from,
            X500Name subject,
            PublicKey key,
            Instant now,
            Instant end,
            SecureRandom random) {
        return new JcaX509v3CertificateBuilder(
                from,
                new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1),
                Date.from(now.minus(BACKDATED)),
                Date.from(end),
                subject,
                key);
    }

    private static X509Certificate sign(
            X509v3CertificateBuilder builder, PrivateKey key, SecureRandom random)
            throws GeneralSecurityException {
        try {
            var signer =
                    new JcaContentSignerBuilder("SHA256withECDSA")
                            .setSecureRandom(random)
                            .build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("the certificate cannot be signed", e);
        }
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "Confide")
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static GeneralName alternative(String name) {
        int type = ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
        return new GeneralName(type, name);
    }
}
