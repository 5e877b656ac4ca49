package io.confide.coordinator.driver;

import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;
import io.confide.coordinator.aggregate.InputReader;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.round.RoundEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What sites send in one round: checked with {@link RoundProtocol}, and turned into what it means for the round. */
final class RoundIntake {
    private static final Logger LOG = LoggerFactory.getLogger(RoundIntake.class);

    /** Verified vectors that wait in memory for the commit that lets them into the sum. */
    private static final long WAITING_BYTES_MAX = 64L << 20;

    private final JobParts parts;
    private final long round;
    private final RoundProtocol protocol;
    private final InputReader inputs;
    private final Set<SiteId> known = new HashSet<>();
    private long waitingBytes;

    RoundIntake(JobParts parts, long round, RoundProtocol protocol) {
        this.parts = parts;
        this.round = round;
        this.protocol = protocol;
        this.inputs = new InputReader(parts.shell().staging(), parts.facts().job(), round);
    }

    Optional<RoundEvent> upload(SiteId site, SiteMessage.Upload message) {
        return switch (protocol.checkHeader(index(site), message.header())) {
            case Acceptance.Rejected(var reason) -> rejected(site, "upload", reason);
            case Acceptance.Accepted _ -> {
                var vector = inputs.read(site, message.vector(), protocol.opening().words());
                yield vector.isEmpty()
                        ? rejected(site, "upload", Acceptance.Reason.MALFORMED)
                        : fold(site, message, vector.get());
            }
        };
    }

    private Optional<RoundEvent> fold(
            SiteId site, SiteMessage.Upload message, StoredVector vector) {
        return switch (verify(site, message, vector)) {
            case Acceptance.Rejected(var reason) -> rejected(site, "upload", reason);
            case Acceptance.Accepted _ -> {
                var proof = protocol.proof(index(site)).orElseThrow();
                foldOnceDurable(
                        index(site),
                        new LogEntry.UploadFolded(
                                round, site, new Digest(proof.vectorHash()), proof.signature()));
                hurryIfTooMuchWaits(message.vector());
                pass("uploaded", site);
                yield Optional.of(new RoundEvent.InputFolded(site, proof));
            }
        };
    }

    private Acceptance verify(SiteId site, SiteMessage.Upload message, StoredVector vector) {
        try {
            return protocol.verify(index(site), message.header(), vector);
        } catch (VectorLostException e) {
            LOG.error("event=staged-input-lost job={} site={}", parts.facts().job(), site, e);
            return new Acceptance.Rejected(Acceptance.Reason.MALFORMED);
        }
    }

    /** These sites have uploaded to the coordinator before its restart; the facts are durable. */
    void remember(Set<SiteId> sites) {
        known.addAll(sites);
    }

    /** The fact is durable before the vector is in the sum (R3); both before U3 is proposed. */
    private void foldOnceDurable(int index, LogEntry.UploadFolded fact) {
        if (known.contains(fact.site())) {
            protocol.add(index);
            return;
        }
        parts.journal().note(fact);
        parts.journal().afterwards(() -> protocol.add(index));
    }

    private void hurryIfTooMuchWaits(VectorBody vector) {
        waitingBytes +=
                switch (vector) {
                    case VectorBody.Inline(var bytes) -> bytes.length();
                    // Read from the disk when it is added.
                    case VectorBody.Chunked _ -> 0;
                };
        if (waitingBytes > WAITING_BYTES_MAX) {
            waitingBytes = 0;
            parts.journal().hurry();
        }
    }

    Optional<RoundEvent> sign(SiteId site, SiteMessage.Sign message) {
        return switch (protocol.sign(index(site), message)) {
            case Acceptance.Rejected(var reason) -> rejected(site, "sign", reason);
            case Acceptance.Accepted _ -> {
                pass("signed", site);
                yield Optional.of(new RoundEvent.SignVerified(site, message.signature()));
            }
        };
    }

    Optional<RoundEvent> reveal(SiteId site, SiteMessage.Reveal message) {
        return switch (protocol.reveal(index(site), message)) {
            case Acceptance.Rejected(var reason) -> rejected(site, "reveal", reason);
            case Acceptance.Accepted _ -> {
                pass("revealed", site);
                yield Optional.of(new RoundEvent.RevealVerified(site));
            }
        };
    }

    /** Takes what a holder shows of a share in dispute (R11). */
    void proof(SiteId site, SiteMessage.BlameAnswer message) {
        protocol.disputes()
                .map(disputes -> disputes.accept(index(site), message))
                .filter(taken -> taken instanceof Acceptance.Rejected)
                .ifPresent(
                        rejected ->
                                LOG.warn(
                                        "event=message-rejected job={} round={} site={} step=blame"
                                                + " reason={}",
                                        parts.facts().job(),
                                        round,
                                        site,
                                        rejected));
    }

    private Optional<RoundEvent> rejected(SiteId site, String step, Acceptance.Reason reason) {
        return switch (reason) {
            case MALFORMED, BAD_SIGNATURE, WRONG_HASH, CONFLICT -> {
                LOG.warn(
                        "event=message-rejected job={} round={} site={} step={} reason={}",
                        parts.facts().job(),
                        round,
                        site,
                        step,
                        reason);
                yield Optional.of(new RoundEvent.MessageUnusable(site, reason.name()));
            }
            // Late, repeated or for another round: nothing that this round should react to.
            case UNEXPECTED, OTHER_CONTEXT -> Optional.empty();
        };
    }

    /** Forgets what was staged of this round's inputs, and their sum. */
    void discard() {
        inputs.discard();
        protocol.close();
    }

    private int index(SiteId site) {
        return parts.facts().index(site).orElseThrow();
    }

    private void pass(String kind, SiteId site) {
        parts.feed().pass(kind, Map.of("round", round, "site", site.value()));
    }
}
