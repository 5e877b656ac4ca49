package io.confide.coordinator.pki;

import io.confide.common.crypto.TlsKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.common.storage.PrivateFiles;
import io.confide.coordinator.port.MemberIdentity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The built-in certificate authority: an EC P-256 root in the coordinator's home. It says which
 * connection is which site; it has no part in the roster that protects the sums.
 */
public final class Authority {
    static final Duration ROOT_LIFE = Duration.ofDays(3652);
    static final Duration SERVER_LIFE = Duration.ofDays(397);
    static final Duration SITE_LIFE = Duration.ofDays(90);
    private static final String CERTIFICATE_FILE = "authority.pem";
    private static final String KEY_FILE = "authority.key";

    private final X509Certificate root;
    private final Certificates certificates;
    private final InstantSource clock;
    private final SecureRandom random;

    private Authority(
            X509Certificate root, PrivateKey key, InstantSource clock, SecureRandom random) {
        this.root = root;
        this.certificates = new Certificates(root, key, random);
        this.clock = clock;
        this.random = random;
    }

    /**
     * Returns the authority whose files are in {@code directory}; makes a new one if there is none.
     *
     * @throws ConfideException BAD_FILE if the files are damaged or incomplete; DISK_FULL if they cannot be written
     */
    public static Authority open(Path directory, InstantSource clock, SecureRandom random) {
        var certificateFile = directory.resolve(CERTIFICATE_FILE);
        var keyFile = directory.resolve(KEY_FILE);
        try {
            PrivateFiles.createDirectory(directory);
            if (!Files.exists(certificateFile) && !Files.exists(keyFile)) {
                create(certificateFile, keyFile, clock, random);
            }
            var root = PemText.certificate(Files.readString(certificateFile));
            var key = PemText.privateKey(Files.readString(keyFile));
            return new Authority(root, key, clock, random);
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    ("the certificate authority in %s cannot be used (%s); restore %s and %s from a"
                                    + " backup, or move both away to start a new authority, after"
                                    + " which every site has to enrol again")
                            .formatted(directory, e.getMessage(), CERTIFICATE_FILE, KEY_FILE),
                    e);
        }
    }

    /** Returns SHA-256 of the root's DER bytes: what an enrolment token carries. */
    public Digest fingerprint() {
        return Digest.of(der(root));
    }

    /** Returns the root certificate as PEM. */
    public String certificatePem() {
        return pem(root);
    }

    /**
     * Returns a server identity with a fresh key that lives in memory only, valid for 397 days.
     *
     * @param names host names and IP addresses under which the server is reached
     */
    public TlsIdentity serverIdentity(List<String> names) {
        try {
            var keys = Certificates.newKeys(random);
            var leaf = certificates.server(keys.getPublic(), names, clock.instant(), SERVER_LIFE);
            return new TlsIdentity(
                    new TlsKey(keys.getPrivate(), List.of(leaf, root)), trustManager());
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfideException(
                    ErrorCode.INTERNAL, "the server certificate cannot be made", e);
        }
    }

    /**
     * Returns a new key of a member of a cluster. This authority must be one for members alone: whoever has a certificate of it is
     * let in.
     */
    public MemberIdentity memberIdentity() {
        try {
            var keys = Certificates.newKeys(random);
            var leaf = certificates.member(keys.getPublic(), clock.instant(), SERVER_LIFE);
            return new MemberIdentity(PemText.text(keys.getPrivate()), pem(leaf), pem(root));
        } catch (GeneralSecurityException e) {
            throw new ConfideException(
                    ErrorCode.INTERNAL, "the member's certificate cannot be made", e);
        }
    }

    /** Returns a certificate for the key of {@code site}, for client authentication, valid for 90 days. */
    SiteCertificate certify(SiteId site, PublicKey key) {
        try {
            var leaf = certificates.site(key, site.value(), clock.instant(), SITE_LIFE);
            return new SiteCertificate(
                    pem(leaf), Digest.of(der(leaf)).value(), leaf.getNotAfter().toInstant());
        } catch (GeneralSecurityException e) {
            throw new ConfideException(
                    ErrorCode.INTERNAL, "the certificate of the site cannot be made", e);
        }
    }

    /** A site's certificate as PEM, SHA-256 of its DER bytes, and when it ends. */
    record SiteCertificate(String pem, Bytes hash, Instant ends) {}

    private static void create(
            Path certificateFile, Path keyFile, InstantSource clock, SecureRandom random)
            throws IOException, GeneralSecurityException {
        var keys = Certificates.newKeys(random);
        var root = Certificates.root(keys, clock.instant(), ROOT_LIFE, random);
        // The key first: a certificate without its key would look like an authority and be none.
        write(keyFile, PemText.text(keys.getPrivate()));
        boolean complete = false;
        try {
            write(certificateFile, PemText.text(root));
            complete = true;
        } finally {
            if (!complete) {
                // Nobody has seen this key; alone it would only stand in the way of the next start.
                PrivateFiles.deleteQuietly(keyFile);
            }
        }
    }

    private static void write(Path file, String text) {
        PrivateFiles.write(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    private X509ExtendedTrustManager trustManager() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", root);
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("this Java has no X.509 trust manager");
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return PemText.text(certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }
}
