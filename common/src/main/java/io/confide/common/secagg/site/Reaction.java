package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;
import io.confide.common.vector.StoredVector;

import java.time.Instant;
import java.util.Optional;

/** What follows for the site from one message or one input. */
public sealed interface Reaction {
    /** Send {@code message}. A repeated request gives the same bytes again. */
    record Send(SiteMessage message) implements Reaction {}

    /**
     * Send the upload of {@code message.header}. If {@code message.vector} is {@link
     * VectorBody.Chunked}, the bytes of {@code vector} go over the data plane first; else they are
     * inside already.
     */
    record Upload(long round, SiteMessage.Upload message, StoredVector vector)
            implements Reaction {}

    /**
     * Train for {@code round} and then call {@link SiteProtocol#input}. An {@link
     * VectorBody.Inline} model is verified already; for a {@link VectorBody.Chunked} one, fetch the
     * bytes with SHA-256 {@code modelHash} and call {@link SiteProtocol#modelArrived} before the
     * training.
     */
    record Join(
            long round,
            Instant deadline,
            Bytes config,
            Bytes codec,
            Digest modelHash,
            VectorBody model)
            implements Reaction {}

    /**
     * The set-up is complete: rounds {@code firstRound} to {@code firstRound + rounds - 1} may come.
     *
     * @param rolledBack the sites whose privacy ledger is not where it was: the evidence is recorded (K7)
     */
    record EpochReady(long epoch, long firstRound, int rounds, int accepted, SiteSet rolledBack)
            implements Reaction {}

    /**
     * A round is over, its secrets are erased. Stop training if it still runs. If it failed and this site has revealed
     * nothing in it, send {@code abort}: the promise that it never will.
     */
    record Finished(long round, RoundOutcome outcome, Optional<SiteMessage.Abort> abort)
            implements Reaction {}

    /** The message is not followed: nothing leaves because of it. */
    record Refused(Refusal refusal) implements Reaction {}

    /** Nothing to do: repeated, late or not for this site. */
    record Nothing() implements Reaction {}
}
