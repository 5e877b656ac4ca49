package io.confide.participant.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.common.storage.PrivateFiles;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * Who this site is: its Ed25519 key, which signs what it says in rounds, and the TLS key and certificate of its
 * connection. Made once at enrolment; the directory appears complete or not at all.
 */
public final class Identity {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOW =
            "this site is not enrolled; run: confide participant enroll --token TOKEN --home DIR";
    private static final String CARD = "site.json";
    private static final String SIGNING_KEY = "ed25519.key";
    private static final String TLS_KEY = "tls.key";
    private static final String CERTIFICATE = "tls.crt";
    private static final String AUTHORITY = "authority.crt";

    private final Card card;
    private final Path directory;

    private Identity(Card card, Path directory) {
        this.card = card;
        this.directory = directory;
    }

    /**
     * The public side of an identity.
     *
     * @param coordinator address of the sites' port
     * @param identityKey Ed25519 public key, 32 bytes
     * @param authority SHA-256 of the DER form of the certificate of the consortium's authority
     */
    public record Card(SiteId site, URI coordinator, Bytes identityKey, Digest authority) {}

    /** Whether {@code home} holds an identity. */
    public static boolean exists(Home home) {
        return Files.exists(home.identity().resolve(CARD));
    }

    /** Reads the identity of {@code home}; throws FILE_MISSING if the site is not enrolled. */
    public static Identity open(Home home) {
        var file = home.identity().resolve(CARD);
        try {
            JsonNode json = JSON.readTree(PrivateFiles.read(file, HOW));
            var card =
                    new Card(
                            new SiteId(json.path("site").asText()),
                            URI.create(json.path("coordinator").asText()),
                            Bytes.ofHex(json.path("identityKey").asText()),
                            Digest.ofHex(json.path("authority").asText()));
            return new Identity(card, home.identity());
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE, file + " is damaged; enrol this site again", e);
        }
    }

    public Card card() {
        return card;
    }

    /** Reads the signing key; the caller erases it. */
    public SigningKey signingKey() {
        byte[] text = PrivateFiles.read(directory.resolve(SIGNING_KEY), HOW);
        byte[] seed = HexFormat.of().parseHex(new String(text, StandardCharsets.US_ASCII).strip());
        try {
            return SigningKey.of(seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    /** PEM of the TLS key. */
    public Path tlsKey() {
        return directory.resolve(TLS_KEY);
    }

    /** PEM of the site's certificate and what leads to the authority. */
    public Path certificate() {
        return directory.resolve(CERTIFICATE);
    }

    /** PEM of the authority's certificate. */
    public Path authority() {
        return directory.resolve(AUTHORITY);
    }

    /** The site's own certificate. */
    public X509Certificate parsedCertificate() {
        byte[] pem = PrivateFiles.read(certificate(), HOW);
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(pem));
        } catch (CertificateException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE, certificate() + " is damaged; enrol this site again", e);
        }
    }

    /**
     * Puts the private keys on the disk before a token is spent, so that a full disk costs no token.
     *
     * @param signingKey Ed25519 seed, 32 bytes
     * @param tlsKey PKCS #8 in PEM
     */
    public static Draft draft(Home home, byte[] signingKey, String tlsKey) {
        var directory = home.directory().resolve("identity.new");
        discard(directory);
        PrivateFiles.createDirectory(directory);
        var draft = new Draft(home, directory);
        draft.write(SIGNING_KEY, HexFormat.of().formatHex(signingKey) + "\n");
        draft.write(TLS_KEY, tlsKey);
        return draft;
    }

    /** Keys that wait for their certificate. */
    public record Draft(Home home, Path directory) {
        /** Adds what the coordinator answered and makes the identity appear. */
        public Identity complete(Card card, String certificate, String authority) {
            write(CERTIFICATE, certificate);
            write(AUTHORITY, authority);
            write(
                    CARD,
                    JSON.createObjectNode()
                                    .put("site", card.site().value())
                                    .put("coordinator", card.coordinator().toString())
                                    .put("identityKey", card.identityKey().hex())
                                    .put("authority", card.authority().hex())
                            + "\n");
            try {
                Files.move(directory, home.identity(), StandardCopyOption.ATOMIC_MOVE);
                PrivateFiles.forceDirectory(PrivateFiles.parent(home.identity()));
            } catch (IOException e) {
                throw PrivateFiles.unwritable(home.identity(), e);
            }
            return new Identity(card, home.identity());
        }

        /** Removes the keys again. */
        public void discard() {
            Identity.discard(directory);
        }

        private void write(String name, String text) {
            PrivateFiles.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void discard(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(PrivateFiles::deleteQuietly);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(directory, e);
        }
    }
}
