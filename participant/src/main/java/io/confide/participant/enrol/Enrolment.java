package io.confide.participant.enrol;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;

/** Turns a one-time token into a site's identity. */
@SuppressWarnings("DoNotCallSuggester")
public final class Enrolment {
    /**
     * What enrolment made.
     *
     * @param identityKey the site's Ed25519 public key, 64 hexadecimal digits: what the consortium writes into the
     *     roster
     * @param coordinator address of the sites' port, {@code https://host:8443}
     */
    public record Enrolled(
            SiteId site, String identityKey, String coordinator, Instant certificateUntil) {}

    private Enrolment() {}

    /**
     * Redeems {@code token} and writes identity, certificate and authority into {@code home}, all or nothing.
     *
     * @throws ConfideException TOKEN_EXPIRED, TOKEN_USED, TOKEN_UNKNOWN, AUTHORITY_MISMATCH, CLOCK_SKEW, UNREACHABLE
     *     or CONFLICT if the home is enrolled already
     */
    public static Enrolled redeem(
            String token, Path home, InstantSource clock, SecureRandom random) {
        throw new ConfideException(ErrorCode.NOT_BUILT, "enrolment is not built yet");
    }
}
