package io.confide.coordinator.pki;

import io.confide.common.enrolment.EnrolmentToken;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Enrolments;
import io.confide.coordinator.port.Enrolments.Redeemed;

import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Invites sites with one-time tokens and turns a token into a certificate. Blocking. */
public final class EnrolmentDesk {
    public static final Duration TOKEN_LIFE = Duration.ofHours(24);
    private static final int IDENTITY_KEY_BYTES = 32;
    private static final int P256_BITS = 256;
    private static final int REQUEST_CHARS_MAX = 8192;
    private static final String ASK = "ask the coordinator's administrator for a new token";

    private final Authority authority;
    private final Enrolments enrolments;
    private final Supplier<URI> url;
    private final InstantSource clock;
    private final SecureRandom random;

    /**
     * @param url the port for people as sites reach it, e.g. {@code https://coordinator.example:8444};
     *     asked at every invitation, so the port may be known only later
     */
    public EnrolmentDesk(
            Authority authority,
            Enrolments enrolments,
            Supplier<URI> url,
            InstantSource clock,
            SecureRandom random) {
        this.authority = authority;
        this.enrolments = enrolments;
        this.url = url;
        this.clock = clock;
        this.random = random;
    }

    /** Returns a new token for {@code site}; it works once and within {@code life}. */
    public EnrolmentToken invite(SiteId site, Duration life) {
        byte[] secret = new byte[EnrolmentToken.SECRET_BYTES];
        random.nextBytes(secret);
        Instant expires = clock.instant().plus(life);
        enrolments.issue(site, Digest.of(secret).value(), expires);
        return new EnrolmentToken(
                url.get(), authority.fingerprint(), site, Bytes.wrap(secret), expires);
    }

    /**
     * Returns the certificate for a site that shows a token.
     *
     * @param secret of the token, 16 bytes
     * @param requestPem a PKCS#10 request with an EC P-256 key and CN = the site of the token
     * @param identityKey the site's Ed25519 public key, 32 bytes, recorded for people to compare
     * @param record writes down that the site takes its certificate, before it does; if it throws, nothing has happened and
     *     the token can still be used
     * @throws ConfideException BAD_ARGUMENT, TOKEN_UNKNOWN, TOKEN_USED or TOKEN_EXPIRED; CONFLICT if the request names another
     *     site, and the token can still be used
     */
    public Enrolled redeem(
            Bytes secret, String requestPem, Bytes identityKey, Consumer<SiteId> record) {
        if (identityKey.length() != IDENTITY_KEY_BYTES) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "the identity key has %d bytes, not 32".formatted(identityKey.length()));
        }
        var request = request(requestPem);
        var now = clock.instant();
        // It leaves this method only if the token holds.
        var certificate = authority.certify(request.site(), request.key());
        var enrolment =
                new Enrolments.Enrolment(
                        request.site(),
                        certificate.hash(),
                        identityKey,
                        now,
                        Optional.of(certificate.ends()));
        var outcome =
                enrolments.redeem(
                        Digest.of(secret).value(),
                        now,
                        site -> {
                            requireSame(site, request.site());
                            record.accept(site);
                            return enrolment;
                        });
        return new Enrolled(
                redeemed(outcome),
                certificate.pem(),
                authority.certificatePem(),
                certificate.ends());
    }

    private static void requireSame(SiteId site, SiteId named) {
        if (!named.equals(site)) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    ("the token is for site \"%s\", but the request names \"%s\"; enrol without"
                                    + " changing the site's name, the token can still be used")
                            .formatted(site, named));
        }
    }

    /**
     * What a site gets.
     *
     * @param certificate PEM of the site's certificate
     * @param authority PEM of the authority that issued it
     * @param ends when the certificate ends
     */
    public record Enrolled(SiteId site, String certificate, String authority, Instant ends) {}

    private static SiteId redeemed(Redeemed outcome) {
        return switch (outcome) {
            case Redeemed.Accepted(var site) -> site;
            case Redeemed.Unknown() ->
                    throw new ConfideException(
                            ErrorCode.TOKEN_UNKNOWN,
                            "this coordinator did not issue that enrolment token; check that the"
                                    + " whole token was copied, or "
                                    + ASK);
            case Redeemed.AlreadyUsed(var site, var at) ->
                    throw new ConfideException(
                            ErrorCode.TOKEN_USED,
                            "the enrolment token of site \"%s\" was already used at %s; %s"
                                    .formatted(site, at, ASK));
            case Redeemed.Expired(var site, var at) ->
                    throw new ConfideException(
                            ErrorCode.TOKEN_EXPIRED,
                            "the enrolment token of site \"%s\" expired at %s; %s"
                                    .formatted(site, at, ASK));
        };
    }

    private static Request request(String pem) {
        if (pem.length() > REQUEST_CHARS_MAX) {
            throw badRequest("it is too long", null);
        }
        try {
            var request =
                    new JcaPKCS10CertificationRequest(PemText.content(pem, "CERTIFICATE REQUEST"));
            var key = request.getPublicKey();
            if (!(key instanceof ECPublicKey ec)
                    || ec.getParams().getOrder().bitLength() != P256_BITS) {
                throw badRequest("its key is not EC P-256", null);
            }
            var verifier = new JcaContentVerifierProviderBuilder().build(key);
            if (!request.isSignatureValid(verifier)) {
                throw badRequest("its signature does not fit its key", null);
            }
            return new Request(CommonName.site(request.getSubject()), key);
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException e) {
            throw badRequest(String.valueOf(e.getMessage()), e);
        }
    }

    private static ConfideException badRequest(String why, @Nullable Exception cause) {
        String sentence =
                "the certificate request cannot be used: %s; send a PEM PKCS#10 request with an EC P-256 key and CN = the site"
                        .formatted(why);
        return cause == null
                ? new ConfideException(ErrorCode.BAD_ARGUMENT, sentence)
                : new ConfideException(ErrorCode.BAD_ARGUMENT, sentence, cause);
    }

    private record Request(SiteId site, PublicKey key) {}
}
