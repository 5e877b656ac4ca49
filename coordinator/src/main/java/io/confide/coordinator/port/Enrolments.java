package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Durable state of site enrolment. Secrets are stored as SHA-256 only. */
public interface Enrolments {
    /** Records a new one-time token. */
    void issue(SiteId site, Bytes secretHash, Instant expires);

    /**
     * Atomically marks the token used and keeps the enrolment that {@code enrol} makes for its site; exactly one caller gets
     * {@link Redeemed.Accepted}, and {@code enrol} is asked for it alone. If {@code enrol} throws, so does this, and nothing
     * has changed.
     */
    Redeemed redeem(Bytes secretHash, Instant now, Function<SiteId, Enrolment> enrol);

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
