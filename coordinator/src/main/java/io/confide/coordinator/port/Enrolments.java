package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Durable state of site enrolment. Secrets are stored as SHA-256 only. */
public interface Enrolments {
    /** Records a new one-time token. */
    void issue(SiteId site, Bytes secretHash, Instant expires);

    /** Atomically marks the token used; exactly one caller gets {@link Redeemed.Accepted}. */
    Redeemed redeem(Bytes secretHash, Instant now);

    /** Records the certificate that was issued to a site. */
    void enrolled(Enrolment enrolment);

    Optional<Enrolment> find(SiteId site);

    List<Enrolment> all();

    /**
     * @param identityKey Ed25519, 32 bytes
     * @param ends when the certificate ends; empty if it was issued before this was kept
     */
    record Enrolment(
            SiteId site,
            Bytes certificateHash,
            Bytes identityKey,
            Instant since,
            Optional<Instant> ends) {}

    /** The outcome of redeeming a token. */
    sealed interface Redeemed {
        record Accepted(SiteId site) implements Redeemed {}

        record Unknown() implements Redeemed {}

        record AlreadyUsed(SiteId site, Instant at) implements Redeemed {}

        record Expired(SiteId site, Instant at) implements Redeemed {}
    }
}
