package io.confide.cli.bench;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.encoding.IntegrityException;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.common.secagg.server.RoundOpening;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.common.secagg.site.Reaction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One round: every step of both sides, one site after the other, and the sum held against the plain one. */
final class RoundRun {
    private static final Bytes CONFIG =
            Bytes.copyOf("confide bench".getBytes(StandardCharsets.US_ASCII));
    private static final Bytes MODEL = Bytes.copyOf(new byte[32]);

    private final BenchConsortium consortium;
    private final SiteSet cohort;
    private final SiteSet lost;
    private final SecureRandom random;
    private final BenchProgress.Stage stage;
    private final HeapWatch heap;
    private final Meter meter;
    private final RoundProtocol round;
    private final PlainSum plain;

    /** How one round went. */
    record Made(
            Meter meter, SiteSet included, int vectorBytes, double firstInput, PlainSum.Fit fit) {}

    RoundRun(
            BenchConsortium consortium,
            ReadyEpoch epoch,
            long number,
            SecureRandom random,
            BenchProgress.Stage stage,
            HeapWatch heap) {
        this.consortium = consortium;
        this.cohort = epoch.accepted();
        this.lost =
                consortium.workload().lostAt().isInRound()
                        ? consortium.workload().lostSites()
                        : SiteSet.of(consortium.workload().sites(), List.of());
        this.random = random;
        this.stage = stage;
        this.heap = heap;
        this.meter = new Meter(consortium.measured());
        var codec = consortium.codec();
        this.plain = new PlainSum(consortium.workload(), codec.words());
        var opening =
                new RoundOpening(
                        number,
                        cohort,
                        CONFIG,
                        codec.bytes(),
                        new VectorBody.Inline(MODEL),
                        Digest.of(MODEL),
                        codec.words(),
                        consortium
                                .clock()
                                .instant()
                                .plus(BenchConsortium.DEADLINE_MAX.dividedBy(2)),
                        Optional.empty(),
                        List.of());
        this.round =
                meter.server(
                        Meter.Work.SERVER_CONTROL,
                        () -> new RoundProtocol(epoch, opening, consortium.coordinatorKey()));
    }

    Made run(Collection collection) {
        var open = meter.server(Meter.Work.SERVER_CONTROL, round::open);
        double firstInput = 0;
        int vectorBytes = 0;
        for (int site : cohort.indices()) {
            join(site, open);
            if (uploads(site)) {
                vectorBytes = upload(site);
                firstInput = firstInput == 0 ? meter.seconds(Meter.Work.SITE_INPUT) : firstInput;
            }
            heap.sample();
            stage.step();
        }
        if (collection == Collection.BEFORE_UNMASKING) {
            heap.sampleLive();
        }
        reveal(certificate());
        Unmasked.Sum sum = unmask();
        var decoded =
                meter.server(
                        Meter.Work.SERVER_DECODE, () -> decode(sum.words(), sum.included().size()));
        heap.sample();
        var fit = plain.compare(sum.words(), decoded, sum.included().size());
        finish();
        return new Made(meter, sum.included(), vectorBytes, firstInput, fit);
    }

    /** Whether to collect garbage at the fullest moment of this round. */
    enum Collection {
        NONE,
        BEFORE_UNMASKING
    }

    private boolean uploads(int site) {
        return !lost.contains(site) || consortium.workload().lostAt() != LostAt.UPLOAD;
    }

    private void join(int site, CoordinatorMessage.Open open) {
        Reaction reaction = deliver(site, open);
        if (!(reaction instanceof Reaction.Join)) {
            throw BenchFailure.broken("a site did not join", reaction);
        }
    }

    /** Encodes, masks and folds one input. Returns the bytes of the vector. */
    private int upload(int site) {
        long number = round.opening().round();
        Map<String, double[]> payload = Map.of(Payloads.UPDATE, plain.draw(number, site));
        Seed seed = Seed.generate(random);
        long[] words =
                meter.site(
                        site,
                        Meter.Work.SITE_ENCODE,
                        () -> consortium.codec().encode(payload, CtrRandom.of(seed)));
        plain.add(words);
        Digest data = Digest.of(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        Reaction reaction =
                meter.site(
                        site,
                        Meter.Work.SITE_INPUT,
                        () -> consortium.site(site).input(number, words, data));
        if (!(reaction instanceof Reaction.Upload upload)) {
            throw BenchFailure.broken("a site did not upload", reaction);
        }
        meter.sent(site, upload.message());
        Acceptance folded =
                meter.server(
                        Meter.Work.SERVER_FOLD,
                        () -> round.fold(site, upload.message().header(), upload.vector()));
        requireAccepted(folded);
        if (!consortium.measured().contains(site)) {
            consortium.site(site).release(number); // a real site has its memory for itself
        }
        return Math.toIntExact(upload.vector().length());
    }

    /** What the coordinator does: no vote where everybody uploaded. */
    private CoordinatorMessage certificate() {
        return meter.server(Meter.Work.SERVER_CONTROL, round::fastCert)
                .<CoordinatorMessage>map(fast -> fast)
                .orElseGet(this::vote);
    }

    private CoordinatorMessage.Cert vote() {
        var propose =
                meter.server(Meter.Work.SERVER_CONTROL, round::propose)
                        .orElseThrow(() -> tooFew("No sum was proposed"));
        for (int site : round.signers().minus(lost).indices()) {
            var shown =
                    meter.server(Meter.Work.SERVER_CONTROL, () -> round.addressed(site, propose));
            SiteMessage.Sign sign = answer(SiteMessage.Sign.class, site, shown);
            requireAccepted(meter.server(Meter.Work.SERVER_CONTROL, () -> round.sign(site, sign)));
        }
        return meter.server(Meter.Work.SERVER_CONTROL, round::cert)
                .orElseThrow(() -> tooFew("No quorum signed the sum"));
    }

    private void reveal(CoordinatorMessage certificate) {
        for (int site : cohort.minus(lost).indices()) {
            var shown = meter.server(Meter.Work.SERVER_CONTROL, () -> shownTo(site, certificate));
            SiteMessage.Reveal reveal = answer(SiteMessage.Reveal.class, site, shown);
            requireAccepted(
                    meter.server(Meter.Work.SERVER_CONTROL, () -> round.reveal(site, reveal)));
        }
    }

    private CoordinatorMessage shownTo(int site, CoordinatorMessage certificate) {
        return certificate instanceof CoordinatorMessage.Cert cert
                ? round.addressed(site, cert)
                : certificate;
    }

    private Unmasked.Sum unmask() {
        return switch (meter.server(Meter.Work.SERVER_UNMASK, round::unmask)) {
            case Unmasked.Sum sum -> sum;
            case Unmasked.Unclear _ ->
                    throw new IllegalStateException("the shares of honest sites are wrong");
            case Unmasked.Failed failed -> throw tooFew("The masks stayed on, " + failed.status());
        };
    }

    private double[] decode(long[] sum, int included) {
        try {
            double[] decoded = consortium.codec().decode(sum, included).get(Payloads.UPDATE);
            return decoded == null ? new double[0] : decoded;
        } catch (IntegrityException e) {
            throw new IllegalStateException("the sum of honest inputs does not decode", e);
        }
    }

    private void finish() {
        var result =
                meter.server(
                        Meter.Work.SERVER_CONTROL,
                        () -> round.result(ResultBody.Status.DONE, Digest.ZERO));
        for (int site : cohort.indices()) {
            deliver(site, result);
        }
    }

    private Reaction deliver(int site, CoordinatorMessage message) {
        meter.received(site, message);
        return meter.site(site, Meter.Work.SITE_CONTROL, () -> consortium.site(site).on(message));
    }

    private <M extends SiteMessage> M answer(Class<M> type, int site, CoordinatorMessage message) {
        Reaction reaction = deliver(site, message);
        if (reaction instanceof Reaction.Send send && type.isInstance(send.message())) {
            meter.sent(site, send.message());
            return type.cast(send.message());
        }
        throw BenchFailure.broken("a site did not answer", reaction);
    }

    private RuntimeException tooFew(String what) {
        return BenchFailure.tooFew(consortium.workload(), consortium.policy(), what);
    }

    private static void requireAccepted(Acceptance acceptance) {
        if (!(acceptance instanceof Acceptance.Accepted)) {
            throw BenchFailure.broken("an honest message was not accepted", acceptance);
        }
    }
}
