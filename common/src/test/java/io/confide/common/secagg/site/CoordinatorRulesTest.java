package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Acceptance.Reason;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.server.Fault;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.common.secagg.site.HonestRound.Reach;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What the honest coordinator's objects accept from sites, and what they make of wrong content. */
class CoordinatorRulesTest {
    private static final long R = 1;

    private static Acceptance rejected(Reason reason) {
        return new Acceptance.Rejected(reason);
    }

    private static SignedBody resigned(Consortium consortium, int site, Bytes body) {
        return new SignedBody(body, consortium.identities.get(site).sign(body));
    }

    /** What the coordinator says to the deal of {@code site} after {@code change}. */
    private static Acceptance dealtWith(
            Consortium consortium, int site, UnaryOperator<SiteMessage.Deal> change) {
        var setup =
                new EpochSetup(consortium.terms(1, R, 3), consortium.all(), consortium.coordinator);
        var waiting = new ArrayDeque<>(setup.begin());
        Acceptance last = new Acceptance.Accepted();
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            if (consortium.deliver(next.site(), next.message()) instanceof Reaction.Send send) {
                if (send.message() instanceof SiteMessage.Deal deal && next.site() == site) {
                    last = setup.accept(site, change.apply(deal));
                } else {
                    setup.accept(next.site(), send.message());
                }
                waiting.addAll(setup.advance());
            }
        }
        return last;
    }

    @Test
    void setUpMessagesAreKeptOnlyFromInvitedSitesOnceAndInTheirStep() {
        var consortium = Consortium.of(4, 0);
        var setup =
                new EpochSetup(
                        consortium.terms(1, R, 3), consortium.set(0, 1, 2), consortium.coordinator);
        List<Addressed> begin = setup.begin();
        assertEquals(3, begin.size());
        var hello = consortium.answer(SiteMessage.Hello.class, 0, begin.getFirst().message());
        var other = consortium.answer(SiteMessage.Hello.class, 1, begin.get(1).message());
        assertEquals(rejected(Reason.UNEXPECTED), setup.accept(3, hello));
        assertEquals(rejected(Reason.OTHER_CONTEXT), setup.accept(1, hello));
        Bytes body = hello.s1().body();
        var forged = new SiteMessage.Hello(hello.job(), resigned(consortium, 1, body));
        assertEquals(rejected(Reason.BAD_SIGNATURE), setup.accept(0, forged));
        var longer = Bytes.wrap(Arrays.copyOf(body.toArray(), body.length() + 1));
        assertEquals(
                rejected(Reason.MALFORMED),
                setup.accept(
                        0, new SiteMessage.Hello(hello.job(), resigned(consortium, 0, longer))));
        assertEquals(new Acceptance.Accepted(), setup.accept(0, hello));
        assertEquals(new Acceptance.Accepted(), setup.accept(0, hello));
        assertEquals(
                rejected(Reason.CONFLICT),
                setup.accept(0, new SiteMessage.Hello(hello.job(), other.s1())));
        assertTrue(setup.advance().isEmpty());
        assertEquals(consortium.set(1, 2), setup.missing());
        assertEquals(2, setup.repeat().size());
        assertEquals(
                rejected(Reason.UNEXPECTED),
                setup.accept(0, new SiteMessage.Seed(hello.job(), hello.s1())));
    }

    @Test
    void aSiteWithoutAHelloIsLeftOutIfEnoughAreThere() {
        var consortium = Consortium.of(4, 0);
        var setup =
                new EpochSetup(consortium.terms(1, R, 3), consortium.all(), consortium.coordinator);
        var waiting = new ArrayDeque<Addressed>();
        List<Addressed> begin = setup.begin();
        for (int site = 0; site < 2; site++) {
            setup.accept(
                    site,
                    consortium.answer(SiteMessage.Hello.class, site, begin.get(site).message()));
        }
        assertTrue(setup.closeStep().isEmpty());
        setup.accept(2, consortium.answer(SiteMessage.Hello.class, 2, begin.get(2).message()));
        waiting.addAll(setup.closeStep());
        assertFalse(waiting.isEmpty());
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            assertFalse(next.site() == 3);
            if (consortium.deliver(next.site(), next.message()) instanceof Reaction.Send send) {
                setup.accept(next.site(), send.message());
                waiting.addAll(setup.advance());
            }
        }
        assertEquals(consortium.set(0, 1, 2), setup.ready().orElseThrow().accepted());
        assertEquals(3, consortium.epochOf(0).orElseThrow().accepted().size());
    }

    @Test
    void aDealMustHashToWhatItsDealerSigned() {
        assertEquals(
                rejected(Reason.WRONG_HASH),
                dealtWith(Consortium.of(4, 1), 1, deal -> withBlob(deal, 0, Digest.ZERO.value())));
        assertEquals(
                rejected(Reason.MALFORMED),
                dealtWith(
                        Consortium.of(4, 1),
                        1,
                        deal ->
                                new SiteMessage.Deal(
                                        deal.job(),
                                        deal.s4(),
                                        new TreeMap<>(),
                                        deal.secrets(),
                                        deal.pairSeedHashes(),
                                        deal.pairLeaves(),
                                        deal.complaints())));
    }

    static SiteMessage.Deal withBlob(SiteMessage.Deal deal, int round, Bytes blob) {
        var secrets = new ArrayList<>(deal.secrets());
        var old = secrets.get(round);
        secrets.set(
                round, new SiteMessage.RoundSecretHashes(old.selfHash(), old.recoveryHash(), blob));
        return new SiteMessage.Deal(
                deal.job(),
                deal.s4(),
                deal.parts(),
                secrets,
                deal.pairSeedHashes(),
                deal.pairLeaves(),
                deal.complaints());
    }

    /** What a cheating dealer can sign: all hashes are right, but they are of other content. */
    static SiteMessage.Deal dealtAgain(Consortium consortium, int dealer, SiteMessage.Deal deal) {
        var leaves = new ArrayList<byte[]>();
        deal.pairLeaves()
                .forEach(
                        (holder, leaf) ->
                                leaves.add(
                                        SetupLayout.pairLeaf(
                                                dealer,
                                                holder,
                                                new Digest(leaf.shareCiphertextHash()),
                                                new Digest(leaf.shareRoot()),
                                                new Digest(leaf.ehRoot()))));
        long r = R;
        for (var secret : deal.secrets()) {
            leaves.add(
                    SetupLayout.secretLeaf(
                            r++,
                            new Digest(secret.selfHash()),
                            new Digest(secret.recoveryHash()),
                            Digest.of(secret.blob())));
        }
        S4Body old = S4Body.parse(deal.s4().body()).orElseThrow();
        var parts = new TreeMap<Integer, SiteMessage.DealPart>();
        int index = 0;
        for (Map.Entry<Integer, SiteMessage.PairLeaf> each : deal.pairLeaves().entrySet()) {
            var part = deal.parts().get(each.getKey());
            parts.put(
                    each.getKey(),
                    new SiteMessage.DealPart(
                            part.shareCiphertext(),
                            each.getValue().ehRoot(),
                            each.getValue().shareRoot(),
                            Merkle.path(leaves, index++)));
        }
        Bytes body = new S4Body(old.t1(), dealer, Merkle.root(leaves)).bytes();
        return new SiteMessage.Deal(
                deal.job(),
                resigned(consortium, dealer, body),
                parts,
                deal.secrets(),
                deal.pairSeedHashes(),
                deal.pairLeaves(),
                deal.complaints());
    }

    @Test
    void a26AWrongPairSeedInADealersBlobFailsTheRoundInsteadOfSpoilingTheSum() {
        int cheat = 3;
        var consortium = Consortium.of(4, 0);
        var keys = new RecordingKeys(KeySource.of(consortium.random));
        consortium.sites.set(cheat, consortium.newSite(cheat, keys));
        setUpWith(
                consortium,
                cheat,
                deal -> {
                    Seed beta = keys.secrets().getFirst();
                    Digest t1 = S4Body.parse(deal.s4().body()).orElseThrow().t1();
                    Seed key = KeySchedule.blobKey(KeySchedule.w(beta, R));
                    byte[] aad = SetupLayout.blobAad(t1, cheat, R);
                    byte[] seeds =
                            AesGcm.open(key, aad, deal.secrets().getFirst().blob().toArray())
                                    .orElseThrow();
                    seeds[0] ^= 1;
                    Bytes blob = Bytes.wrap(AesGcm.seal(key, aad, seeds));
                    return dealtAgain(consortium, cheat, withBlob(deal, 0, blob));
                });
        var reach = new ArrayList<>(HonestRound.everybody(4));
        reach.set(cheat, Reach.NO_UPLOAD);
        var run = HonestRound.of(consortium, R, reach);
        var outcome = run.run();
        assertEquals(ResultBody.Status.INTEGRITY, outcome.status());
        assertTrue(outcome.sum().isEmpty());
        var fault = run.round().disputes().orElseThrow().faults().getFirst();
        assertEquals(cheat, fault.site());
        assertEquals(Fault.Kind.WRONG_DEAL, fault.kind());
    }

    private static void setUpWith(
            Consortium consortium, int site, UnaryOperator<SiteMessage.Deal> change) {
        var setup =
                new EpochSetup(consortium.terms(1, R, 3), consortium.all(), consortium.coordinator);
        consortium.changeDeal = Optional.of(new Consortium.DealChange(site, change));
        consortium.setUp(setup);
    }

    static SiteMessage.Deal withPairHash(
            Consortium consortium, int dealer, int holder, SiteMessage.Deal deal) {
        var hashes = new TreeMap<>(deal.pairSeedHashes());
        var list = new ArrayList<>(hashes.get(holder));
        list.set(0, Digest.ZERO.value());
        hashes.put(holder, list);
        var leaves = new TreeMap<>(deal.pairLeaves());
        var old = leaves.get(holder);
        Digest ehRoot = SetupLayout.ehRoot(dealer, holder, list.stream().map(Digest::new).toList());
        leaves.put(
                holder,
                new SiteMessage.PairLeaf(
                        old.shareCiphertextHash(), old.shareRoot(), ehRoot.value()));
        return dealtAgain(
                consortium,
                dealer,
                new SiteMessage.Deal(
                        deal.job(),
                        deal.s4(),
                        deal.parts(),
                        deal.secrets(),
                        hashes,
                        leaves,
                        deal.complaints()));
    }

    // Rounds.

    private static Consortium ready() {
        var consortium = Consortium.of(4, 0);
        consortium.setUp(1, R, 3);
        return consortium;
    }

    @Test
    void a25AVectorIsAddedOnceWholeAndOnlyIfItIsTheSignedOne() {
        var consortium = ready();
        RoundProtocol round = consortium.round(R, consortium.all());
        long[] x = consortium.randomInput();
        var upload = consortium.upload(0, round.open(), x);
        SignedBody header = upload.message().header();
        Bytes vector = upload.vector().whole();
        byte[] changed = vector.toArray();
        changed[0]++;
        assertEquals(rejected(Reason.UNEXPECTED), round.fold(5, header, vector));
        assertEquals(rejected(Reason.OTHER_CONTEXT), round.fold(1, header, vector));
        assertEquals(rejected(Reason.WRONG_HASH), round.fold(0, header, Bytes.wrap(changed)));
        assertEquals(
                rejected(Reason.MALFORMED),
                round.fold(0, header, Bytes.wrap(Arrays.copyOf(changed, changed.length - 8))));
        assertEquals(new Acceptance.Accepted(), round.fold(0, header, vector));
        assertEquals(new Acceptance.Accepted(), round.fold(0, header, vector));
        assertEquals(consortium.set(0), round.folded());
        assertTrue(round.propose().isEmpty());
        var forged = resigned(consortium, 1, header.body());
        assertEquals(rejected(Reason.BAD_SIGNATURE), round.fold(0, forged, vector));
    }

    @Test
    void signaturesAndSharesCountOnlyIfTheyAreForThisStatement() {
        var consortium = ready();
        var run = HonestRound.of(consortium, R, HonestRound.everybody(4));
        var other = consortium.round(R + 1, consortium.all());
        RoundProtocol round = run.round();
        assertEquals(
                rejected(Reason.UNEXPECTED),
                round.sign(0, new SiteMessage.Sign(Consortium.JOB, R, Bytes.EMPTY)));
        assertThrows(IllegalStateException.class, round::unmask);
        run.untilResult();
        assertEquals(
                rejected(Reason.BAD_SIGNATURE),
                round.sign(0, new SiteMessage.Sign(Consortium.JOB, R, Bytes.EMPTY)));
        assertEquals(
                rejected(Reason.OTHER_CONTEXT),
                round.sign(0, new SiteMessage.Sign(Consortium.JOB, R + 1, Bytes.EMPTY)));
        assertTrue(other.cert().isEmpty());
        assertEquals(consortium.all(), round.signed());
        assertEquals(consortium.all(), round.revealed());
    }

    @Test
    void r11AWrongShareIsDisputedInsteadOfSpoilingTheSum() {
        var consortium = ready();
        var run =
                HonestRound.of(
                        consortium,
                        R,
                        List.of(Reach.NO_REVEAL, Reach.NO_REVEAL, Reach.LIVE, Reach.LIVE));
        run.untilResult();
        RoundProtocol round = run.round();
        assertFalse(round.canUnmask());
        assertEquals(new Unmasked.Failed(ResultBody.Status.NO_SHARES), round.unmask());
        var reveal = consortium.answer(SiteMessage.Reveal.class, 0, round.cert().orElseThrow());
        RevealBody body = RevealBody.parse(reveal.body().body()).orElseThrow();
        var shares = new TreeMap<>(body.shares());
        var first = shares.firstEntry().getValue();
        shares.put(0, new RevealBody.Share(first.kind(), Digest.ZERO.value()));
        var missing = new TreeMap<>(body.shares());
        missing.remove(3);
        assertEquals(
                rejected(Reason.MALFORMED),
                round.reveal(0, revealed(consortium, withShares(body, missing))));
        assertEquals(rejected(Reason.OTHER_CONTEXT), round.reveal(1, revealed(consortium, body)));
        assertEquals(
                new Acceptance.Accepted(),
                round.reveal(0, revealed(consortium, withShares(body, shares))));
        assertEquals(rejected(Reason.CONFLICT), round.reveal(0, revealed(consortium, body)));
        assertEquals(new Unmasked.Unclear(), round.unmask());
        assertEquals(new Unmasked.Unclear(), round.unmask());
    }

    private static RevealBody withShares(
            RevealBody body, TreeMap<Integer, RevealBody.Share> shares) {
        return new RevealBody(body.round(), body.site(), body.statementHash(), shares);
    }

    private static SiteMessage.Reveal revealed(Consortium consortium, RevealBody body) {
        return new SiteMessage.Reveal(Consortium.JOB, resigned(consortium, 0, body.bytes()));
    }

    @Test
    void theSetOfIncludedSitesIsFixedOnceAndTheSumIsOpenedOnce() {
        var consortium = ready();
        var run =
                HonestRound.of(
                        consortium,
                        R,
                        List.of(Reach.LIVE, Reach.LIVE, Reach.LIVE, Reach.NO_UPLOAD));
        var outcome = run.untilResult();
        RoundProtocol round = run.round();
        assertEquals(round.propose(), round.propose());
        assertEquals(round.cert(), round.cert());
        Reaction late =
                consortium
                        .sites
                        .get(3)
                        .input(R, consortium.randomInput(), Consortium.dataVersion());
        var upload = assertInstanceOf(Reaction.Upload.class, late);
        assertEquals(
                rejected(Reason.UNEXPECTED),
                round.fold(3, upload.message().header(), upload.vector()));
        var again = assertInstanceOf(Unmasked.Sum.class, round.unmask());
        assertArrayEquals(outcome.sum().orElseThrow(), again.words());
    }

    @Test
    void aVerifiedVectorThatIsAddedTooLateStaysOutOfTheSum() {
        var consortium = ready();
        RoundProtocol round = consortium.round(R, consortium.all());
        for (int site = 0; site < 4; site++) {
            var upload = consortium.upload(site, round.open(), consortium.randomInput());
            SignedBody header = upload.message().header();
            assertEquals(new Acceptance.Accepted(), round.verify(site, header, upload.vector()));
            if (site != 2) {
                round.add(site);
            }
        }
        assertTrue(round.propose().isPresent());
        round.add(2);
        assertEquals(consortium.set(0, 1, 3), round.included().orElseThrow());
        assertEquals(consortium.set(0, 1, 3), round.folded());
    }

    @Test
    void aCohortThatSitesWouldRefuseIsNotOpened() {
        var consortium = ready();
        assertThrows(
                IllegalArgumentException.class, () -> consortium.round(R, consortium.set(0, 1)));
        assertThrows(
                IllegalArgumentException.class, () -> consortium.round(R + 3, consortium.all()));
    }
}
