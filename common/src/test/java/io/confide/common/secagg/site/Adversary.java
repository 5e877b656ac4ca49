package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.Shamir;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;
import io.confide.common.vector.MaskStream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A coordinator that signs whatever helps it, together with colluding sites: the last C of the roster,
 * whose secrets it has. It sees every message. Real sites answer it; what they refuse is remembered.
 */
final class Adversary {
    final Consortium consortium;
    final List<Integer> colluders;
    final Set<Check> refusals = EnumSet.noneOf(Check.class);
    private final Map<Integer, SiteMessage.Deal> deals;

    /** Takes over after an honest set-up. */
    Adversary(Consortium consortium, int colluders) {
        this.consortium = consortium;
        this.colluders = new ArrayList<>();
        for (int i = consortium.n - colluders; i < consortium.n; i++) {
            this.colluders.add(i);
        }
        this.deals =
                consortium
                        .view
                        .received(SiteMessage.Deal.class)
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, Map.Entry::getValue, (_, last) -> last));
    }

    SiteSet set(Collection<Integer> members) {
        return SiteSet.of(consortium.n, members);
    }

    ContextFields context(long round, SiteSet cohort, Bytes model) {
        return new ContextFields(
                new RoundFields(Consortium.JOB, consortium.epoch().epochId(), round),
                Digest.of(model),
                Digest.of(Consortium.CONFIG),
                Digest.of(Consortium.CODEC),
                cohort);
    }

    SignedBody signed(Bytes body) {
        return new SignedBody(body, consortium.coordinator.sign(body));
    }

    CoordinatorMessage.Open open(ContextFields context, Bytes model) {
        return new CoordinatorMessage.Open(
                Consortium.JOB,
                signed(
                        new OpenBody(context, Consortium.NOW.plusSeconds(60).toEpochMilli())
                                .bytes()),
                Consortium.CONFIG,
                Consortium.CODEC,
                new VectorBody.Inline(model),
                consortium.lastModelResult,
                consortium.aborted);
    }

    /** Opens and gets the upload of one site; empty if it refuses. */
    Optional<Reaction.Upload> upload(int site, CoordinatorMessage.Open open, long[] input) {
        return upload(consortium.sites.get(site), site, open, input);
    }

    Optional<Reaction.Upload> upload(
            SiteProtocol protocol, int site, CoordinatorMessage.Open open, long[] input) {
        consortium.view.sent(site, open);
        if (refused(protocol.on(open))) {
            return Optional.empty();
        }
        consortium.view.taken.add(new View.Taken.Message(site, open));
        long round = OpenBody.parse(open.body().body()).orElseThrow().context().round().round();
        consortium.view.taken.add(new View.Taken.Input(site, round, input.clone()));
        Reaction reaction = protocol.input(round, input.clone(), Consortium.dataVersion());
        if (refused(reaction)) {
            return Optional.empty();
        }
        return Optional.of(assertInstanceOf(Reaction.Upload.class, reaction));
    }

    static UploadProof proof(Reaction.Upload upload) {
        SignedBody header = upload.message().header();
        HeaderBody body = HeaderBody.parse(header.body()).orElseThrow();
        return new UploadProof(body.vectorHash().value(), header.signature());
    }

    /** A colluder's header under any context, without a vector. */
    UploadProof forged(int colluder, ContextFields context) {
        Digest hash = Digest.of(new byte[] {(byte) colluder});
        Bytes body = new HeaderBody(context.round(), colluder, context.ctx(), hash).bytes();
        return new UploadProof(hash.value(), consortium.identities.get(colluder).sign(body));
    }

    static Bytes statement(
            ContextFields context, SiteSet included, SortedMap<Integer, UploadProof> headers) {
        var hashes = new TreeMap<Integer, Digest>();
        included.stream().forEach(i -> hashes.put(i, new Digest(headers.get(i).vectorHash())));
        return RoundLayout.statement(
                context.round(), context.ctx(), included, RoundLayout.root(hashes));
    }

    CoordinatorMessage.Propose propose(
            ContextFields context, SiteSet included, SortedMap<Integer, UploadProof> headers) {
        var body = new ProposeBody(context.round(), context.ctx(), context.opened(), included);
        return new CoordinatorMessage.Propose(
                Consortium.JOB, signed(body.bytes()), only(headers, included));
    }

    CoordinatorMessage.Cert cert(
            ContextFields context,
            SiteSet included,
            SortedMap<Integer, UploadProof> headers,
            SortedMap<Integer, Bytes> signatures) {
        return new CoordinatorMessage.Cert(
                Consortium.JOB,
                signed(new CertBody(context, included).bytes()),
                only(headers, included),
                signatures);
    }

    private static SortedMap<Integer, UploadProof> only(
            SortedMap<Integer, UploadProof> headers, SiteSet included) {
        var some = new TreeMap<>(headers);
        some.keySet().retainAll(included.indices());
        return some;
    }

    CoordinatorMessage.FastCert fastCert(
            ContextFields context, SiteSet included, SortedMap<Integer, UploadProof> headers) {
        var body = new CertBody(context, included);
        return new CoordinatorMessage.FastCert(
                Consortium.JOB, signed(body.fastBytes()), only(headers, included));
    }

    /** Propose to {@code asked}, then the Cert with what was signed; returns what they reveal. */
    SortedMap<Integer, RevealBody> ask(
            ContextFields context,
            SiteSet included,
            SortedMap<Integer, UploadProof> headers,
            Collection<Integer> asked) {
        return ask(context, included, headers, asked, Map.of());
    }

    SortedMap<Integer, RevealBody> ask(
            ContextFields context,
            SiteSet included,
            SortedMap<Integer, UploadProof> headers,
            Collection<Integer> asked,
            Map<Integer, SiteProtocol> instead) {
        var signatures = new TreeMap<Integer, Bytes>();
        var propose = propose(context, included, headers);
        for (int site : asked) {
            Reaction reaction = protocol(site, instead).on(propose);
            if (!refused(reaction)) {
                var send = assertInstanceOf(Reaction.Send.class, reaction);
                signatures.put(site, ((SiteMessage.Sign) send.message()).signature());
            }
        }
        Bytes statement = statement(context, included, headers);
        colluders.forEach(
                site -> signatures.put(site, consortium.identities.get(site).sign(statement)));
        return reveal(cert(context, included, headers, signatures), asked, instead);
    }

    SortedMap<Integer, RevealBody> reveal(
            CoordinatorMessage certificate,
            Collection<Integer> asked,
            Map<Integer, SiteProtocol> instead) {
        var reveals = new TreeMap<Integer, RevealBody>();
        for (int site : asked) {
            Reaction reaction = protocol(site, instead).on(certificate);
            if (!refused(reaction)) {
                var send = assertInstanceOf(Reaction.Send.class, reaction);
                var message = (SiteMessage.Reveal) send.message();
                reveals.put(site, RevealBody.parse(message.body().body()).orElseThrow());
            }
        }
        return reveals;
    }

    private SiteProtocol protocol(int site, Map<Integer, SiteProtocol> instead) {
        return instead.getOrDefault(site, consortium.sites.get(site));
    }

    boolean refused(Reaction reaction) {
        if (reaction instanceof Reaction.Refused refused) {
            refusals.add(refused.refusal().check());
            return true;
        }
        return false;
    }

    /** Rebuilds a secret from revealed shares and those of the colluders; empty if too few or wrong. */
    Optional<Seed> secret(
            Map<Integer, RevealBody> reveals, int about, SecretKind kind, long round) {
        var shares = new TreeMap<Integer, byte[]>();
        reveals.forEach(
                (holder, body) ->
                        Optional.ofNullable(body.shares().get(about))
                                .filter(share -> share.kind() == kind)
                                .ifPresent(
                                        share -> shares.put(holder + 1, share.value().toArray())));
        for (int colluder : colluders) {
            if (colluder != about || kind == SecretKind.SELF) {
                shares.put(colluder + 1, epochOf(colluder).share(about, kind, round).reveal());
            }
        }
        if (shares.size() < consortium.policy.t()) {
            return Optional.empty();
        }
        Seed rebuilt = Shamir.rebuild(shares, consortium.policy.t());
        var hashes = secrets(about, round);
        Bytes expected = kind == SecretKind.SELF ? hashes.selfHash() : hashes.recoveryHash();
        return rebuilt.digest().value().equals(expected) ? Optional.of(rebuilt) : Optional.empty();
    }

    private SiteMessage.RoundSecretHashes secrets(int about, long round) {
        long first = consortium.epoch().terms().firstRound();
        return deals.get(about).secrets().get(Math.toIntExact(round - first));
    }

    SiteEpoch epochOf(int colluder) {
        return consortium.sites.get(colluder).rounds().epoch().orElseThrow();
    }

    /** The pair seeds of {@code dropped} with everybody, from its blob and its rebuilt w. */
    Map<Integer, Seed> pairSeeds(int dropped, Seed w, long round) {
        byte[] aad = SetupLayout.blobAad(consortium.epoch().t1(), dropped, round);
        Optional<byte[]> opened =
                AesGcm.open(KeySchedule.blobKey(w), aad, secrets(dropped, round).blob().toArray());
        var seeds = new TreeMap<Integer, Seed>();
        opened.ifPresent(
                bytes -> {
                    int at = 0;
                    for (int peer : deals.get(dropped).pairSeedHashes().keySet()) {
                        seeds.put(peer, Seed.copyOf(Arrays.copyOfRange(bytes, at, at + 32)));
                        at += 32;
                    }
                });
        return seeds;
    }

    /** The colluders' own pair seeds with {@code victim}. */
    Map<Integer, Seed> colludersSeeds(int victim, long round) {
        var seeds = new TreeMap<Integer, Seed>();
        for (int colluder : colluders) {
            seeds.put(colluder, epochOf(colluder).secrets().pairs().get(victim).at(round));
        }
        return seeds;
    }

    /** Takes the self mask and the pair masks off one masked vector. */
    static long[] strip(int victim, Digest ctx, long[] masked, Seed b, Map<Integer, Seed> pairs) {
        long[] words = masked.clone();
        MaskStream.subtract(KeySchedule.s(b, ctx), words, 0, words.length);
        pairs.forEach(
                (peer, e) -> {
                    Seed p = KeySchedule.p(e, ctx);
                    if (victim < peer) {
                        MaskStream.subtract(p, words, 0, words.length);
                    } else {
                        MaskStream.add(p, words, 0, words.length);
                    }
                });
        return words;
    }
}
