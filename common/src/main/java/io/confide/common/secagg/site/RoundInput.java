package io.confide.common.secagg.site;

import io.confide.common.encoding.Encoding;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
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
import io.confide.common.vector.Masks;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.Words;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
        return uploadOf(setting.job(), round, header, StoredVector.of(vector));
    }

    /**
     * The same leaf by leaf: what is masked goes to where inputs are kept, and leaves from there.
     *
     * @throws ConfideException DISK_FULL if it cannot be kept; nothing is recorded then
     */
    Reaction.Upload upload(Encoding encoding, Digest dataVersion) throws RefusedException {
        requireUnspent(dataVersion);
        Digest ctx = context.ctx();
        long round = context.round().round();
        long length = (long) Words.BYTES * encoding.words();
        var kept =
                new KeptUploads(setting)
                        .begin(round, length, deadline)
                        .orElseGet(() -> new InMemory(length));
        Digest vectorHash = masked(encoding, epoch.masks(round, ctx, context.opened()), kept);
        StoredVector vector = kept.whole().orElseThrow(RoundInput::notKept);
        SignedBody header = header(ctx, vectorHash);
        setting.ports().records().recordRound(record(inputs(dataVersion), header));
        if (vector instanceof StoredVector.InMemory(var bytes)) {
            new KeptUploads(setting).keep(round, bytes, deadline);
        }
        return uploadOf(setting.job(), round, header, vector);
    }

    private static Digest masked(Encoding encoding, Masks masks, KeptInputs.Growing into) {
        int most = Math.min(encoding.words(), VectorHash.LEAF_BYTES / Words.BYTES);
        long[] leaf = new long[most];
        byte[] bytes = new byte[Words.BYTES * most];
        var hash = new VectorHash.Leaves();
        try (var running = masks.begin()) {
            for (int words = encoding.next(leaf, 0); words > 0; words = encoding.next(leaf, 0)) {
                running.next(leaf, 0, words);
                Words.toBytes(leaf, 0, words, bytes);
                hash.add(bytes, Words.BYTES * words);
                into.add(bytes, Words.BYTES * words);
            }
        } finally {
            Arrays.fill(leaf, 0);
        }
        return hash.root();
    }

    private static ConfideException notKept() {
        return new ConfideException(
                ErrorCode.DISK_FULL,
                "This site cannot keep its input: free disk space where its home lies.");
    }

    /** Where nothing else keeps it. */
    private static final class InMemory implements KeptInputs.Growing {
        private final byte[] all;
        private int filled;

        InMemory(long length) {
            if (length > Integer.MAX_VALUE - 8) {
                throw notKept();
            }
            this.all = new byte[(int) length];
        }

        @Override
        public void add(byte[] bytes, int count) {
            System.arraycopy(bytes, 0, all, filled, count);
            filled += count;
        }

        @Override
        public Optional<StoredVector> whole() {
            return Optional.of(StoredVector.of(Bytes.wrap(all)));
        }
    }

    /** What leaves for an input that {@code header} is about. */
    static Reaction.Upload uploadOf(JobId job, long round, SignedBody header, StoredVector vector) {
        Digest vectorHash = HeaderBody.parse(header.body()).orElseThrow().vectorHash();
        return new Reaction.Upload(
                round, new SiteMessage.Upload(job, header, body(vector, vectorHash)), vector);
    }

    private SignedBody header(Digest ctx, Digest vectorHash) {
        Bytes body = new HeaderBody(context.round(), setting.self(), ctx, vectorHash).bytes();
        return new SignedBody(body, setting.identity().sign(body));
    }

    private static VectorBody body(StoredVector vector, Digest vectorHash) {
        return vector.length() <= VectorBody.INLINE_BYTES_MAX
                ? new VectorBody.Inline(vector.whole())
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
