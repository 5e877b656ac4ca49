package io.confide.common.wire;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.secagg.VectorBody;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Every message that the wire can carry, with arbitrary content of the right lengths. */
final class WireMessages {
    private WireMessages() {}

    static Arbitrary<Frame<SiteBody>> siteFrames() {
        return frames(siteBodies());
    }

    static Arbitrary<Frame<CoordinatorBody>> coordinatorFrames() {
        return frames(coordinatorBodies());
    }

    private static <B> Arbitrary<Frame<B>> frames(Arbitrary<? extends B> bodies) {
        return Combinators.combine(
                        Arbitraries.longs().between(0, Long.MAX_VALUE),
                        Arbitraries.longs().between(0, Long.MAX_VALUE),
                        bodies)
                .as((sequence, acknowledged, body) -> new Frame<B>(sequence, acknowledged, body));
    }

    static Arbitrary<SiteBody> siteBodies() {
        return Arbitraries.oneOf(
                greetings(),
                Combinators.combine(
                                jobs(),
                                bytes(32),
                                Arbitraries.of(SiteBody.Verdict.class),
                                texts().list().ofMaxSize(5))
                        .as(
                                (job, hash, verdict, reasons) ->
                                        new SiteBody.PlanAnswer(
                                                job, new Digest(hash), verdict, reasons)),
                Combinators.combine(jobs(), rounds(), Arbitraries.of(SiteBody.Stage.class))
                        .as(SiteBody.Progress::new),
                Combinators.combine(jobs(), subjects(), Arbitraries.of("K1", "K15", "K27"))
                        .as(SiteBody.Declined::new),
                Arbitraries.just(new SiteBody.Acknowledge()),
                siteMessages().map(SiteBody.Protocol::new));
    }

    private static Arbitrary<Subject> subjects() {
        return Arbitraries.oneOf(
                rounds().map(Subject.Round::new),
                Arbitraries.integers().map(Subject.Setup::new),
                Arbitraries.just(new Subject.Untold()));
    }

    static Arbitrary<CoordinatorBody> coordinatorBodies() {
        return Arbitraries.oneOf(
                Combinators.combine(
                                clocks(),
                                Arbitraries.of(CoordinatorBody.Session.class),
                                jobs().list().ofMaxSize(3))
                        .as(
                                (clock, session, goesOn) ->
                                        new CoordinatorBody.Welcome(
                                                clock, session, new TreeSet<>(goesOn))),
                Combinators.combine(jobs(), blobs()).as(CoordinatorBody.PlanOffer::new),
                Combinators.combine(jobs(), texts()).as(CoordinatorBody.JobEnded::new),
                Arbitraries.just(new CoordinatorBody.Acknowledge()),
                coordinatorMessages().map(CoordinatorBody.Protocol::new));
    }

    private static Arbitrary<SiteBody> greetings() {
        var datasets =
                Combinators.combine(texts(), texts(), texts().list().ofMaxSize(4))
                        .as(SiteBody.Dataset::new);
        var capacities =
                Combinators.combine(
                                Arbitraries.integers().between(1, Capacity.PROCESSORS_MAX),
                                Arbitraries.integers().between(0, 30).map(bits -> 1L << bits),
                                Arbitraries.strings()
                                        .withCharRange(' ', '~')
                                        .ofMinLength(1)
                                        .ofMaxLength(64)
                                        .optional())
                        .as(Capacity::new);
        return Combinators.combine(
                        bytes(16), clocks(), texts(), datasets.list().ofMaxSize(3), capacities)
                .as(SiteBody.Greeting::new);
    }

    private static Arbitrary<SiteMessage> siteMessages() {
        return Arbitraries.oneOf(
                Combinators.combine(jobs(), signed()).as(SiteMessage.Hello::new),
                Combinators.combine(jobs(), signed()).as(SiteMessage.Seed::new),
                Combinators.combine(jobs(), signed(), bySite(bytes(1088))).as(SiteMessage.Kem::new),
                deals(),
                Combinators.combine(jobs(), signed().list().ofMaxSize(3))
                        .as(SiteMessage.Complaints::new),
                Combinators.combine(jobs(), signed()).as(SiteMessage.Confirm::new),
                Combinators.combine(jobs(), signed(), vectors()).as(SiteMessage.Upload::new),
                Combinators.combine(jobs(), rounds(), bytes(64)).as(SiteMessage.Sign::new),
                Combinators.combine(jobs(), signed(), leaf().optional())
                        .as(SiteMessage.Reveal::new),
                Combinators.combine(jobs(), signed()).as(SiteMessage.Abort::new),
                Combinators.combine(jobs(), signed()).as(SiteMessage.BlameAnswer::new));
    }

    private static Arbitrary<SiteMessage> deals() {
        var secrets =
                Combinators.combine(bytes(32), bytes(32), blobs())
                        .as(SiteMessage.RoundSecretHashes::new);
        var leaves =
                Combinators.combine(bytes(32), bytes(32), bytes(32)).as(SiteMessage.PairLeaf::new);
        return Combinators.combine(
                        jobs(),
                        signed(),
                        bySite(parts()),
                        secrets.list().ofMaxSize(3),
                        bySite(bytes(32).list().ofMaxSize(3)),
                        bySite(leaves),
                        signed().list().ofMaxSize(3))
                .as(SiteMessage.Deal::new);
    }

    private static Arbitrary<CoordinatorMessage> coordinatorMessages() {
        return Arbitraries.oneOf(setup(), roundMessages());
    }

    private static Arbitrary<CoordinatorMessage> setup() {
        Arbitrary<List<Bytes>> digests =
                Arbitraries.oneOf(Arbitraries.just(List.<Bytes>of()), bytes(32).list().ofSize(4));
        return Arbitraries.oneOf(
                Combinators.combine(jobs(), signed(), blobs(), blobs())
                        .as(CoordinatorMessage.Proposal::new),
                Combinators.combine(jobs(), bySite(signed())).as(CoordinatorMessage.Hellos::new),
                Combinators.combine(jobs(), bySite(signed())).as(CoordinatorMessage.Seeds::new),
                Combinators.combine(jobs(), bySite(signed()), bySite(bytes(1088)))
                        .as(CoordinatorMessage.Kems::new),
                Combinators.combine(
                                jobs(),
                                bySite(signed()),
                                bySite(parts()),
                                signed().list().ofMaxSize(3))
                        .as(CoordinatorMessage.Deals::new),
                Combinators.combine(jobs(), bySite(digests), blobs(), signed().list().ofMaxSize(3))
                        .as(CoordinatorMessage.Summary::new),
                Combinators.combine(jobs(), bySite(signed()))
                        .as(CoordinatorMessage.EpochCert::new));
    }

    private static Arbitrary<CoordinatorMessage> roundMessages() {
        var proofs =
                Combinators.combine(bytes(32), bytes(64), blobs())
                        .as(CoordinatorMessage.UploadProof::new);
        return Arbitraries.oneOf(
                Combinators.combine(
                                jobs(),
                                signed(),
                                blobs(),
                                blobs(),
                                vectors(),
                                signed().optional(),
                                bySite(signed()).map(AbortCert::new).list().ofMaxSize(3))
                        .as(CoordinatorMessage.Open::new),
                Combinators.combine(jobs(), signed(), bySite(proofs))
                        .as(CoordinatorMessage.Propose::new),
                Combinators.combine(jobs(), signed(), bySite(proofs), bySite(bytes(64)))
                        .as(CoordinatorMessage.Cert::new),
                Combinators.combine(jobs(), signed(), bySite(proofs))
                        .as(CoordinatorMessage.FastCert::new),
                Combinators.combine(jobs(), signed()).as(CoordinatorMessage.Result::new),
                Combinators.combine(jobs(), signed()).as(CoordinatorMessage.Blame::new));
    }

    private static Arbitrary<SiteMessage.DealPart> parts() {
        var paths = Arbitraries.integers().between(0, 14).flatMap(n -> bytes(4 + 33 * n));
        return Combinators.combine(blobs(), bytes(32), bytes(32), paths)
                .as(SiteMessage.DealPart::new);
    }

    private static Arbitrary<SignedBody> signed() {
        var bodies = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(200);
        return Combinators.combine(bodies.map(Bytes::copyOf), bytes(64)).as(SignedBody::new);
    }

    private static Arbitrary<LeafProof> leaf() {
        return Combinators.combine(blobs(), blobs()).as(LeafProof::new);
    }

    private static Arbitrary<VectorBody> vectors() {
        return Arbitraries.oneOf(
                blobs().map(VectorBody.Inline::new),
                Combinators.combine(
                                Arbitraries.longs().between(0, WireLimits.VECTOR_BYTES_MAX),
                                bytes(32))
                        .as(VectorBody.Chunked::new));
    }

    private static <V> Arbitrary<SortedMap<Integer, V>> bySite(Arbitrary<V> values) {
        return Arbitraries.maps(Arbitraries.integers().between(0, 9_999), values)
                .ofMaxSize(4)
                .map(TreeMap::new);
    }

    private static Arbitrary<JobId> jobs() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                .as((high, low) -> new JobId(new UUID(high, low)));
    }

    private static Arbitrary<Bytes> bytes(int length) {
        return Arbitraries.bytes().array(byte[].class).ofSize(length).map(Bytes::copyOf);
    }

    private static Arbitrary<Bytes> blobs() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(100).map(Bytes::copyOf);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings().ascii().withChars('é', '漢').ofMaxLength(40);
    }

    private static Arbitrary<Long> rounds() {
        return Arbitraries.longs().between(0, Long.MAX_VALUE);
    }

    private static Arbitrary<Instant> clocks() {
        return Arbitraries.longs()
                .between(0, WireLimits.CLOCK_MILLIS_MAX)
                .map(Instant::ofEpochMilli);
    }
}
