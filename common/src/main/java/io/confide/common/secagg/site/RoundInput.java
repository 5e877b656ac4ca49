package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.Words;

import java.time.Instant;
import java.util.List;

/** This site's input of one round: allowed to be used, masked, signed and recorded before anything leaves. */
final class RoundInput {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final SiteEpoch epoch;
    private final ContextFields context;
    private final Instant deadline;
    private final List<AbortCert> aborted;
    private ModelState model;

    /** Whether the bytes of the model were seen and hash to modelHash. */
    private enum ModelState {
        EXPECTED,
        VERIFIED
    }

    RoundInput(
            SiteSetting setting,
            ActiveChecks checks,
            SiteEpoch epoch,
            OpenBody opening,
            CoordinatorMessage.Open message) {
        this.setting = setting;
        this.checks = checks;
        this.epoch = epoch;
        this.context = opening.context();
        this.deadline = Instant.ofEpochMilli(opening.deadlineMillis());
        this.aborted = message.aborted();
        this.model =
                message.model() instanceof VectorBody.Inline
                        ? ModelState.VERIFIED
                        : ModelState.EXPECTED;
    }

    void modelArrived(Bytes bytes) throws RefusedException {
        checks.require(Check.K10, Digest.of(bytes).equals(context.modelHash()));
        model = ModelState.VERIFIED;
    }

    void requireModel() throws RefusedException {
        checks.require(Check.K10, model == ModelState.VERIFIED);
    }

    /** K11, as things are now. */
    void requireUnspent(Digest dataVersion) throws RefusedException {
        var spent =
                new SpentInputs(setting.ports().records(), setting.roster().hash(), checks.keys());
        checks.require(Check.K11, spent.permit(inputs(dataVersion), aborted));
    }

    private SiteRecords.InputKey inputs(Digest dataVersion) {
        return new SiteRecords.InputKey(context.modelHash(), context.configHash(), dataVersion);
    }

    /** Masks {@code words} in place; K11 and the durable record come before anything can leave. */
    Reaction.Upload upload(long[] words, Digest dataVersion) throws RefusedException {
        requireUnspent(dataVersion);
        Digest ctx = context.ctx();
        epoch.mask(context.round().round(), ctx, context.opened(), words);
        byte[] bytes = new byte[Math.multiplyExact(Words.BYTES, words.length)];
        Digest vectorHash = VectorHash.writeTo(bytes, words);
        SignedBody header = header(ctx, vectorHash);
        Bytes vector = Bytes.wrap(bytes);
        long round = context.round().round();
        setting.ports().records().recordRound(record(inputs(dataVersion), header));
        new KeptUploads(setting).keep(round, vector, deadline);
        return uploadOf(setting.job(), round, header, vector);
    }

    /** What leaves for an input that {@code header} is about. */
    static Reaction.Upload uploadOf(JobId job, long round, SignedBody header, Bytes vector) {
        Digest vectorHash = HeaderBody.parse(header.body()).orElseThrow().vectorHash();
        return new Reaction.Upload(
                round, new SiteMessage.Upload(job, header, body(vector, vectorHash)), vector);
    }

    private SignedBody header(Digest ctx, Digest vectorHash) {
        Bytes body = new HeaderBody(context.round(), setting.self(), ctx, vectorHash).bytes();
        return new SignedBody(body, setting.identity().sign(body));
    }

    private static VectorBody body(Bytes vector, Digest vectorHash) {
        return vector.length() <= VectorBody.INLINE_BYTES_MAX
                ? new VectorBody.Inline(vector)
                : new VectorBody.Chunked(vector.length(), vectorHash.value());
    }

    private SiteRecords.RoundRecord record(SiteRecords.InputKey inputs, SignedBody header) {
        var signers = epoch.facts().graph().signers();
        return new SiteRecords.RoundRecord(
                setting.job(),
                context.round().epochId().value(),
                setting.roster().hash(),
                setting.roster().size(),
                setting.roster().colluders(),
                signers.quorum(),
                signers.sites().bytes(),
                context.round().round(),
                inputs,
                header);
    }
}
