package io.confide.participant.enrol;

import io.confide.common.crypto.SigningKey;
import io.confide.common.enrolment.EnrolmentToken;
import io.confide.common.files.Templates;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Identity;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/** Turns a one-time token into a site's identity. */
public final class Enrolment {
    private static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(60);

    private final EnrolmentToken token;
    private final Home home;
    private final SecureRandom random;

    private Enrolment(EnrolmentToken token, Home home, SecureRandom random) {
        this.token = token;
        this.home = home;
        this.random = random;
    }

    /**
     * What enrolment made.
     *
     * @param identityKey the site's Ed25519 public key, 64 hexadecimal digits: what the consortium writes into the
     *     roster
     * @param coordinator address of the sites' port, {@code https://host:8443}
     */
    public record Enrolled(
            SiteId site, String identityKey, String coordinator, Instant certificateUntil) {}

    /**
     * Redeems {@code token} and writes identity, certificate and authority into {@code home}, all or nothing. A {@code
     * participant.yaml} without datasets is written if there is none.
     *
     * @throws ConfideException TOKEN_EXPIRED, TOKEN_USED, TOKEN_UNKNOWN, AUTHORITY_MISMATCH, CLOCK_SKEW, UNREACHABLE
     *     or CONFLICT if the home is enrolled already
     */
    public static Enrolled redeem(
            String token, Path home, InstantSource clock, SecureRandom random) {
        var place = new Home(home);
        if (Identity.exists(place)) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    home
                            + " is already enrolled as "
                            + Identity.open(place).card().site()
                            + "; use another --home for another site, or move "
                            + place.identity()
                            + " away to enrol this one again");
        }
        var parsed = EnrolmentToken.decode(token);
        if (parsed.expires().isBefore(clock.instant())) {
            throw new ConfideException(
                    ErrorCode.TOKEN_EXPIRED,
                    "the token for "
                            + parsed.site()
                            + " expired at "
                            + parsed.expires()
                            + "; ask the administrator for a new one");
        }
        return new Enrolment(parsed, place, random).run(clock);
    }

    private Enrolled run(InstantSource clock) {
        PrivateFiles.createDirectory(home.directory());
        var tls = TlsKeyPair.generate(random);
        try (var signing = SigningKey.generate(random)) {
            byte[] seed = signing.reveal();
            var draft = Identity.draft(home, seed, tls.privateKeyPem());
            Arrays.fill(seed, (byte) 0);
            try {
                return complete(draft, tls, signing, clock);
            } catch (RuntimeException e) {
                draft.discard();
                throw e;
            }
        }
    }

    private Enrolled complete(
            Identity.Draft draft, TlsKeyPair tls, SigningKey signing, InstantSource clock) {
        var answer =
                new RedeemCall(token.url(), token.authority(), random)
                        .redeem(
                                token.secret().hex(),
                                tls.requestPem(token.site(), random),
                                signing.publicKey().hex());
        var certificate = verified(answer, tls.publicKey(), clock.instant());
        var card =
                new Identity.Card(
                        token.site(), answer.coordinator(), signing.publicKey(), token.authority());
        draft.complete(card, answer.certificate(), answer.authority());
        writeConfiguration(card.coordinator());
        return new Enrolled(
                card.site(),
                card.identityKey().hex(),
                card.coordinator().toString(),
                certificate.getNotAfter().toInstant());
    }

    /** The certificate must be ours, by the authority of the token, and valid now. */
    private X509Certificate verified(RedeemCall.Answer answer, PublicKey ours, Instant now) {
        try {
            var certificate = parse(answer.certificate());
            var authority = parse(answer.authority());
            certificate.verify(authority.getPublicKey());
            boolean fits =
                    certificate.getPublicKey().equals(ours)
                            && Digest.of(authority.getEncoded()).equals(token.authority())
                            && certificate
                                    .getSubjectX500Principal()
                                    .getName()
                                    .equals("CN=" + token.site());
            if (!fits) {
                throw new ConfideException(
                        ErrorCode.AUTHORITY_MISMATCH,
                        "the coordinator answered with a certificate that is not for this site and"
                                + " its authority; ask the administrator for a new token");
            }
            if (certificate.getNotBefore().toInstant().isAfter(now.plus(CLOCK_SKEW_MAX))) {
                throw new ConfideException(
                        ErrorCode.CLOCK_SKEW,
                        "the clock of this computer is more than 60 s behind the coordinator's; set"
                            + " it right (for example with NTP) and ask the administrator for a new"
                            + " token");
            }
            return certificate;
        } catch (GeneralSecurityException e) {
            throw new ConfideException(
                    ErrorCode.AUTHORITY_MISMATCH,
                    "the coordinator answered with a certificate that its authority did not sign;"
                            + " ask the administrator for a new token",
                    e);
        }
    }

    private static X509Certificate parse(String pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private void writeConfiguration(URI coordinator) {
        if (Files.exists(home.configuration())) {
            return;
        }
        write(home.configuration(), Templates.participant(coordinator, token.site()));
        write(
                home.directory().resolve(Templates.Kind.PARTICIPANT.schemaName()),
                Templates.schema(Templates.Kind.PARTICIPANT));
    }

    private static void write(Path file, String text) {
        PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
