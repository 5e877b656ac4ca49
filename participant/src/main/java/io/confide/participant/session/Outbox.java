package io.confide.participant.session;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.secagg.VectorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.participant.port.CoordinatorLink;
import io.confide.participant.vault.Egress;
import io.confide.participant.vault.EgressLedger;

import java.util.Optional;

/** The only way out of a session: everything is in the egress ledger before the link has it. */
final class Outbox {
    private static final VectorBody EMPTY = new VectorBody.Inline(Bytes.EMPTY);

    private final CoordinatorLink link;
    private final EgressLedger egress;

    Outbox(CoordinatorLink link, EgressLedger egress) {
        this.link = link;
        this.egress = egress;
    }

    void answer(SiteBody.PlanAnswer answer) {
        send(answer.job(), 0, Egress.ANSWERS, answer);
    }

    void progress(JobId job, long round, SiteBody.Stage stage) {
        send(job, round, Egress.ANSWERS, new SiteBody.Progress(job, round, stage));
    }

    void declined(JobId job, Subject subject, String check) {
        long round =
                switch (subject) {
                    case Subject.Round(var number) -> number;
                    case Subject.Setup _, Subject.Untold _ -> 0;
                };
        egress.refused(job, round, check);
        send(job, round, Egress.ANSWERS, new SiteBody.Declined(job, subject, check));
    }

    void setUp(SiteMessage message) {
        send(message.job(), 0, Egress.SET_UP, new SiteBody.Protocol(message));
    }

    void signature(SiteMessage.Sign sign) {
        send(sign.job(), sign.round(), Egress.SIGNATURES, new SiteBody.Protocol(sign));
    }

    void shares(SiteMessage.Reveal reveal, long round) {
        // A leaf for the audit has left before, with the upload; it is masked as it was then.
        reveal.audited()
                .ifPresent(
                        proof ->
                                egress.sent(
                                        Optional.of(reveal.job()),
                                        round,
                                        Egress.MASKED_INPUT,
                                        proof.leaf().length() + proof.path().length()));
        var shares = new SiteMessage.Reveal(reveal.job(), reveal.body());
        egress.sent(
                Optional.of(reveal.job()),
                round,
                Egress.KEY_SHARES,
                size(new SiteBody.Protocol(shares)));
        link.send(new SiteBody.Protocol(reveal));
    }

    /** Proves a share that {@link #shares} sent before. */
    void proof(SiteMessage.BlameAnswer answer, long round) {
        send(answer.job(), round, Egress.KEY_SHARES, new SiteBody.Protocol(answer));
    }

    /** Promises to answer nothing more in {@code round}. */
    void abort(SiteMessage.Abort abort, long round) {
        send(abort.job(), round, Egress.SIGNATURES, new SiteBody.Protocol(abort));
    }

    /** Says that {@code vector} is about to leave over the data plane. */
    void uploading(JobId job, long round, long bytes) {
        egress.sent(Optional.of(job), round, Egress.MASKED_INPUT, bytes);
    }

    /** Sends header and, if it rides inside, the vector. */
    void upload(SiteMessage.Upload upload, long round) {
        long inside =
                switch (upload.vector()) {
                    case VectorBody.Inline(var bytes) -> bytes.length();
                    case VectorBody.Chunked _ -> 0;
                };
        if (inside > 0) {
            egress.sent(Optional.of(upload.job()), round, Egress.MASKED_INPUT, inside);
        }
        var header = new SiteMessage.Upload(upload.job(), upload.header(), EMPTY);
        egress.sent(
                Optional.of(upload.job()),
                round,
                Egress.SIGNATURES,
                size(new SiteBody.Protocol(header)));
        link.send(new SiteBody.Protocol(upload));
    }

    /** Notes how a round ended (K26). */
    void outcome(JobId job, long round, String outcome) {
        egress.outcome(job, round, outcome);
    }

    private void send(JobId job, long round, Egress category, SiteBody body) {
        egress.sent(Optional.of(job), round, category, size(body));
        link.send(body);
    }

    private static long size(SiteBody body) {
        return WireCodec.encodeSite(new Frame<>(1, 1, body)).length;
    }
}
