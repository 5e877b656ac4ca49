package io.confide.coordinator.pki;

import io.confide.common.enrolment.EnrolmentToken;
import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Enrolments;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.InstantSource;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority with an enrolment desk, and what a site does to join. */
public final class TestPki {
    public static final Bytes IDENTITY = Bytes.wrap(new byte[32]);
    private static final char[] NO_PASSWORD = new char[0];

    public final Authority authority;
    public final EnrolmentDesk desk;
    private final SecureRandom random = new SecureRandom();

    public TestPki(Path directory, Enrolments enrolments, InstantSource clock) {
        authority = Authority.open(directory, clock, random);
        desk =
                new EnrolmentDesk(
                        authority,
                        enrolments,
                        () -> URI.create("https://localhost:8444"),
                        clock,
                        random);
    }

    /** Enrols {@code site} and returns a TLS context that shows its certificate. */
    public SSLContext enrolled(SiteId site) throws Exception {
        var keys = keys();
        var token = desk.invite(site, EnrolmentDesk.TOKEN_LIFE);
        var enrolled = desk.redeem(token.secret(), request(site.value(), keys), IDENTITY, _ -> {});
        return context(keys, enrolled);
    }

    /** A TLS context that trusts the authority and shows nothing. */
    public SSLContext anonymous() throws Exception {
        return context(new KeyManager[0]);
    }

    public KeyPair keys() throws Exception {
        return Certificates.newKeys(random);
    }

    public EnrolmentToken invite(SiteId site) {
        return desk.invite(site, EnrolmentDesk.TOKEN_LIFE);
    }

    public static String request(String commonName, KeyPair keys) throws Exception {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        var request =
                new JcaPKCS10CertificationRequestBuilder(
                                new X500Name("CN=" + commonName), keys.getPublic())
                        .build(signer);
        var text = new java.io.StringWriter();
        try (var writer = new org.bouncycastle.util.io.pem.PemWriter(text)) {
            writer.writeObject(
                    new org.bouncycastle.util.io.pem.PemObject(
                            "CERTIFICATE REQUEST", request.getEncoded()));
        }
        return text.toString();
    }

    public SSLContext context(KeyPair keys, EnrolmentDesk.Enrolled enrolled) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry(
                "site",
                keys.getPrivate(),
                NO_PASSWORD,
                new Certificate[] {
                    PemText.certificate(enrolled.certificate()),
                    PemText.certificate(enrolled.authority())
                });
        var factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, NO_PASSWORD);
        return context(factory.getKeyManagers());
    }

    private SSLContext context(KeyManager[] keys) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", PemText.certificate(authority.certificatePem()));
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys, factory.getTrustManagers(), random);
        return context;
    }
}
