package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Uploads as they were recorded (PROTOCOL.md §3.7). A process that has no secret of a round any more sends the upload of it
 * on request, exactly as it was recorded, even if it has never left; it does nothing else in that round (K24).
 */
final class KeptUploads {
    /** T_keep: so long after the deadline of its round, or after the last request for it, an input is kept. */
    static final Duration KEPT_FOR = Duration.ofMinutes(10);

    private final SiteSetting setting;

    KeptUploads(SiteSetting setting) {
        this.setting = setting;
    }

    /** Once the record is durable, and before a byte leaves. */
    void keep(long round, Bytes input, Instant deadline) {
        inputs().keep(setting.job(), round, input, deadline.plus(KEPT_FOR));
    }

    /** The same of an input that comes piece by piece, before its record: what has none never leaves. */
    Optional<KeptInputs.Growing> begin(long round, long length, Instant deadline) {
        return inputs().begin(setting.job(), round, length, deadline.plus(KEPT_FOR));
    }

    /** The round is asked for once more. */
    void askedAgain(long round) {
        inputs().extend(setting.job(), round, now().plus(KEPT_FOR));
    }

    /** The upload that was recorded under exactly this context; empty if there is none, or its input is not what was recorded. */
    Optional<Reaction.Upload> again(ContextFields context) {
        return pending(context.round())
                .flatMap(
                        record ->
                                HeaderBody.parse(record.header().body())
                                        .filter(header -> header.ctx().equals(context.ctx()))
                                        .filter(header -> header.site() == setting.self())
                                        .flatMap(header -> recorded(context.round(), header))
                                        .map(
                                                input ->
                                                        RoundInput.uploadOf(
                                                                setting.job(),
                                                                context.round().round(),
                                                                record.header(),
                                                                input)));
    }

    private Optional<StoredVector> recorded(RoundFields round, HeaderBody header) {
        inputs().forgetExpired(now());
        Optional<StoredVector> kept = inputs().find(setting.job(), round.round());
        if (kept.isEmpty()) {
            return kept;
        }
        if (hash(kept.get()).equals(header.vectorHash())) {
            askedAgain(round.round());
            return kept;
        }
        forget(round.round());
        return Optional.empty();
    }

    /** Zero of what cannot be read any more: no input has that hash. */
    private static Digest hash(StoredVector input) {
        try {
            return VectorHash.of(input);
        } catch (VectorLostException _) {
            return Digest.ZERO;
        }
    }

    /** Whether an upload of {@code round} was recorded and no outcome of it. */
    boolean isPending(RoundFields round) {
        return pending(round).isPresent();
    }

    private Optional<SiteRecords.RoundRecord> pending(RoundFields round) {
        return setting.ports()
                .records()
                .pending(setting.job(), round.round())
                .filter(record -> record.epochId().equals(round.epochId().value()))
                .filter(record -> record.roster().equals(setting.roster().hash()));
    }

    /** The rounds up to {@code last} are over. */
    void forget(long last) {
        inputs().forget(setting.job(), last);
    }

    private KeptInputs inputs() {
        return setting.ports().inputs();
    }

    private Instant now() {
        return setting.ports().clock().instant();
    }
}
