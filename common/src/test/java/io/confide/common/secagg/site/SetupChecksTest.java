package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.Deals;
import io.confide.common.secagg.CoordinatorMessage.EpochCert;
import io.confide.common.secagg.CoordinatorMessage.Hellos;
import io.confide.common.secagg.CoordinatorMessage.Kems;
import io.confide.common.secagg.CoordinatorMessage.Proposal;
import io.confide.common.secagg.CoordinatorMessage.Seeds;
import io.confide.common.secagg.CoordinatorMessage.Summary;
import io.confide.common.secagg.S0Body;
import io.confide.common.secagg.S1Body;
import io.confide.common.secagg.S2Body;
import io.confide.common.secagg.S3Body;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.S5Body;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SecAggPolicy.FastPath;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * K1 to K7 at site 0 of four: the set-up runs honestly up to one message, site 0 gets a changed one and
 * refuses it by the right check, then gets the right one and goes on as if nothing had happened.
 */
class SetupChecksTest {
    private static final int ROUNDS = 3;

    private Consortium consortium;
    private EpochSetup setup;
    private Twin twin;

    @BeforeEach
    void fresh() {
        consortium = Consortium.of(4, 1);
        twin = Twin.of(consortium, 0);
        setup =
                new EpochSetup(
                        consortium.terms(1, 1, ROUNDS), consortium.all(), consortium.coordinator);
    }

    /** Runs the set-up until site 0 is to get a message of {@code type}, and returns it undelivered. */
    private <M extends CoordinatorMessage> M upTo(Class<M> type) {
        var waiting = new ArrayDeque<>(setup.begin());
        Optional<M> held = Optional.empty();
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            if (next.site() == 0 && type.isInstance(next.message())) {
                held = Optional.of(type.cast(next.message()));
            } else if (held.isEmpty() || next.site() != 0) {
                answer(next.site(), next.message());
                waiting.addAll(setup.advance());
            }
        }
        return held.orElseThrow();
    }

    private Reaction answer(int site, CoordinatorMessage message) {
        Reaction reaction = consortium.deliver(site, message);
        if (reaction instanceof Reaction.Send send) {
            setup.accept(site, send.message());
        }
        assertFalse(reaction instanceof Reaction.Refused, reaction::toString);
        return reaction;
    }

    private void requireRefused(Check check, CoordinatorMessage... changed) {
        for (CoordinatorMessage message : changed) {
            assertEquals(check, consortium.refusedBy(0, message));
        }
        if (check != Check.K25) {
            twin.requireBites(check, List.of(changed));
        }
    }

    private SignedBody signed(int site, Bytes body) {
        return new SignedBody(body, consortium.identities.get(site).sign(body));
    }

    private SignedBody byCoordinator(Bytes body) {
        return new SignedBody(body, consortium.coordinator.sign(body));
    }

    private static <V> SortedMap<Integer, V> with(SortedMap<Integer, V> map, int key, V value) {
        var changed = new TreeMap<>(map);
        changed.put(key, value);
        return changed;
    }

    private static <V> SortedMap<Integer, V> without(SortedMap<Integer, V> map, int key) {
        var changed = new TreeMap<>(map);
        changed.remove(key);
        return changed;
    }

    private static <V> V get(SortedMap<Integer, V> map, int key) {
        return Optional.ofNullable(map.get(key)).orElseThrow();
    }

    @Test
    void k1RefusesAProposalOfAnotherRosterPolicyEpochOrSigner() {
        Proposal good = upTo(Proposal.class);
        S0Body s0 = S0Body.parse(good.s0().body()).orElseThrow();
        requireRefused(
                Check.K1,
                new Proposal(good.job(), signed(1, good.s0().body()), good.roster(), good.policy()),
                proposal(s0.epoch(), s0.firstRound(), 6000),
                proposal(s0.epoch(), s0.firstRound(), 0),
                proposal(0, s0.firstRound(), ROUNDS),
                proposal(s0.epoch(), 0, ROUNDS),
                proposal(s0.epoch(), Long.MAX_VALUE - 1, ROUNDS),
                withRoster(Consortium.of(4, 0)),
                withRoster(new Consortium(4, 1, 3, Set.of(), 99)),
                withPolicy(0, 0, 3, 3, 3, 3, 1, FastPath.REFUSED),
                withPolicy(1, 2, 3, 3, 3, 3, 1, FastPath.REFUSED),
                withPolicy(1, 0, 2, 3, 3, 3, 1, FastPath.REFUSED),
                withPolicy(1, 0, 3, 2, 3, 3, 1, FastPath.REFUSED),
                withPolicy(1, 0, 3, 3, 2, 3, 1, FastPath.REFUSED),
                withPolicy(1, 0, 3, 3, 3, 2, 1, FastPath.REFUSED),
                withPolicy(1, 0, 3, 3, 3, 5, 1, FastPath.REFUSED),
                withPolicy(1, 0, 3, 3, 3, 3, 0, FastPath.REFUSED),
                withPolicy(1, 0, 3, 3, 3, 3, 5, FastPath.REFUSED));
        assertInstanceOf(Reaction.Send.class, answer(0, good));
    }

    private Proposal proposal(int epoch, long firstRound, int rounds) {
        var body =
                new S0Body(
                        Consortium.JOB,
                        epoch,
                        firstRound,
                        rounds,
                        consortium.roster.hash(),
                        consortium.policy.hash());
        return new Proposal(
                Consortium.JOB,
                byCoordinator(body.bytes()),
                consortium.roster.bytes(),
                consortium.policy.bytes());
    }

    /** The coordinator of the pinned roster proposes another one, in which it may be every site. */
    private Proposal withRoster(Consortium other) {
        var body =
                new S0Body(Consortium.JOB, 1, 1, ROUNDS, other.roster.hash(), other.policy.hash());
        return new Proposal(
                Consortium.JOB,
                byCoordinator(body.bytes()),
                other.roster.bytes(),
                other.policy.bytes());
    }

    /** Other thresholds than this site computes, another graph, or differences that no sums have. */
    private Proposal withPolicy(
            int colluders, int k, int t, int q, int mMin, int sMin, int mDiff, FastPath fast) {
        SecAggPolicy own = consortium.policy;
        var policy =
                new SecAggPolicy(
                        4,
                        colluders,
                        own.gammaPpm(),
                        0,
                        k,
                        t,
                        q,
                        mMin,
                        sMin,
                        mDiff,
                        fast,
                        own.codecHash(),
                        own.archHash());
        var body =
                new S0Body(Consortium.JOB, 1, 1, ROUNDS, consortium.roster.hash(), policy.hash());
        return new Proposal(
                Consortium.JOB,
                byCoordinator(body.bytes()),
                consortium.roster.bytes(),
                policy.bytes());
    }

    @Test
    void k1DrawsEverySecretAnewForEveryAttemptAndGoesOnlyForward() {
        var first = hello(proposal(1, 1, ROUNDS));
        assertEquals(first, hello(proposal(1, 1, ROUNDS)));
        var second = hello(proposal(2, 1, ROUNDS));
        assertNotEquals(first.agreementKey(), second.agreementKey());
        assertNotEquals(first.encapsulationKey(), second.encapsulationKey());
        assertNotEquals(first.commitment(), second.commitment());
        assertNotEquals(first.bootId(), second.bootId());
        consortium.setUp(3, 5, ROUNDS);
        requireRefused(Check.K1, proposal(3, 9, ROUNDS));
        consortium.restart(0);
        requireRefused(Check.K1, proposal(3, 9, ROUNDS));
        assertInstanceOf(Reaction.Send.class, consortium.deliver(0, proposal(4, 9, ROUNDS)));
    }

    private S1Body hello(Proposal proposal) {
        var message = consortium.answer(SiteMessage.Hello.class, 0, proposal);
        return S1Body.parse(message.s1().body()).orElseThrow();
    }

    @Test
    void k2RefusesHellosThatAreNotOfTheRosterOrNotOfThisAttempt() {
        Hellos good = upTo(Hellos.class);
        S1Body other = S1Body.parse(get(good.s1(), 2).body()).orElseThrow();
        S1Body own = S1Body.parse(get(good.s1(), 0).body()).orElseThrow();
        Bytes badKey = Bytes.wrap(FixedKeys.repeated(0xff, 1184));
        requireRefused(
                Check.K2,
                hellos(good, 2, signed(3, other.bytes())),
                hellos(good, 2, get(good.s1(), 3)),
                hellos(good, 2, signed(2, copy(other, other.site(), badKey).bytes())),
                hellos(good, 2, signed(2, otherEpoch(other).bytes())),
                hellos(good, 0, signed(0, otherEpoch(own).bytes())),
                new Hellos(good.job(), without(good.s1(), 0)),
                new Hellos(good.job(), without(without(good.s1(), 1), 2)));
        requireRefused(Check.K25, hellos(good, 2, signed(2, longer(other.bytes()))));
        assertInstanceOf(Reaction.Send.class, answer(0, good));
        // A step is taken once, check or no check.
        assertEquals(
                Check.K2, consortium.refusedBy(0, new Hellos(good.job(), without(good.s1(), 3))));
    }

    private static Hellos hellos(Hellos good, int site, SignedBody changed) {
        return new Hellos(good.job(), with(good.s1(), site, changed));
    }

    private static S1Body copy(S1Body body, int site, Bytes encapsulationKey) {
        return new S1Body(
                body.proposal(),
                site,
                body.agreementKey(),
                encapsulationKey,
                body.commitment(),
                body.bootId());
    }

    private static S1Body otherEpoch(S1Body body) {
        S0Body s0 = body.proposal();
        return new S1Body(
                new S0Body(
                        s0.job(),
                        s0.epoch() + 1,
                        s0.firstRound(),
                        s0.rounds(),
                        s0.rosterHash(),
                        s0.policyHash()),
                body.site(),
                body.agreementKey(),
                body.encapsulationKey(),
                body.commitment(),
                body.bootId());
    }

    private static Bytes longer(Bytes body) {
        return Bytes.wrap(Arrays.copyOf(body.toArray(), body.length() + 1));
    }

    @Test
    void k3RefusesSeedsOverAnotherTranscriptOrThatOpenNoCommitment() {
        Seeds good = upTo(Seeds.class);
        S2Body other = S2Body.parse(get(good.s2(), 2).body()).orElseThrow();
        Bytes rho = Bytes.wrap(FixedKeys.repeated(1, 32));
        requireRefused(
                Check.K3,
                seeds(good, signed(2, new S2Body(Digest.ZERO, 2, other.rho()).bytes())),
                seeds(good, signed(2, new S2Body(other.t1(), 2, rho).bytes())),
                seeds(good, signed(3, other.bytes())),
                new Seeds(good.job(), without(good.s2(), 3)));
        assertInstanceOf(Reaction.Send.class, answer(0, good));
    }

    private static Seeds seeds(Seeds good, SignedBody changed) {
        return new Seeds(good.job(), with(good.s2(), 2, changed));
    }

    @Test
    void k4RefusesEncapsulationsThatWereNotSignedOrAreNotTheSignedOnes() {
        // Site 3 is the receiver with lower neighbours, so the roles are turned around here.
        Twin receiver = Twin.of(consortium, 3);
        var waiting = new ArrayDeque<>(setup.begin());
        Optional<Kems> held = Optional.empty();
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            if (next.site() == 3 && next.message() instanceof Kems kems) {
                held = Optional.of(kems);
            } else {
                answer(next.site(), next.message());
                waiting.addAll(setup.advance());
            }
        }
        Kems good = held.orElseThrow();
        S3Body other = S3Body.parse(get(good.s3(), 1).body()).orElseThrow();
        Bytes swapped = get(good.ciphertexts(), 2);
        List<Kems> changes =
                List.of(
                        new Kems(good.job(), good.s3(), with(good.ciphertexts(), 1, swapped)),
                        new Kems(good.job(), good.s3(), without(good.ciphertexts(), 1)),
                        kems(good, signed(2, other.bytes())),
                        kems(
                                good,
                                signed(
                                        1,
                                        new S3Body(Digest.ZERO, 1, other.ciphertextHashes())
                                                .bytes())),
                        new Kems(good.job(), without(good.s3(), 0), good.ciphertexts()));
        for (Kems changed : changes) {
            assertEquals(Check.K4, consortium.refusedBy(3, changed));
        }
        receiver.requireBites(Check.K4, changes);
        assertInstanceOf(SiteMessage.Deal.class, ((Reaction.Send) answer(3, good)).message());
    }

    private static Kems kems(Kems good, SignedBody changed) {
        return new Kems(good.job(), with(good.s3(), 1, changed), good.ciphertexts());
    }

    @Test
    void k4AgreesOnNothingOverAPointOfSmallOrderAndComplains() {
        int bad = 2;
        Hellos hellos = upTo(Hellos.class);
        S1Body body = S1Body.parse(get(hellos.s1(), bad).body()).orElseThrow();
        var zero =
                new S1Body(
                        body.proposal(),
                        bad,
                        Bytes.wrap(new byte[AgreementKey.BYTES]),
                        body.encapsulationKey(),
                        body.commitment(),
                        body.bootId());
        // The colluder's hello is valid by its signature; only the agreement shows what it is.
        var changed = hellos(hellos, bad, signed(bad, zero.bytes()));
        var seed = consortium.answer(SiteMessage.Seed.class, 0, changed);
        Digest t1 = S2Body.parse(seed.s2().body()).orElseThrow().t1();
        var s2 = new TreeMap<Integer, SignedBody>();
        for (int site = 0; site < 4; site++) {
            Bytes rho = S2Body.parse(rhoOf(site).body()).orElseThrow().rho();
            s2.put(site, signed(site, new S2Body(t1, site, rho).bytes()));
        }
        s2.put(0, seed.s2());
        var kem = consortium.answer(SiteMessage.Kem.class, 0, new Seeds(Consortium.JOB, s2));
        var s3 = new TreeMap<Integer, SignedBody>();
        s3.put(0, kem.s3());
        for (int site = 1; site < 4; site++) {
            var entries = new TreeMap<Integer, Digest>();
            for (int peer = site + 1; peer < 4; peer++) {
                entries.put(peer, Digest.ZERO);
            }
            s3.put(site, signed(site, new S3Body(t1, site, entries).bytes()));
        }
        var kems = new Kems(Consortium.JOB, s3, new TreeMap<>());
        var deal = consortium.answer(SiteMessage.Deal.class, 0, kems);
        assertEquals(Set.of(1, 3), deal.parts().keySet());
        var complaint = ComplaintBody.parse(deal.complaints().getFirst().body()).orElseThrow();
        assertEquals(new ComplaintBody(t1, bad, 0, ComplaintBody.Reason.KEM), complaint);
        assertEquals(
                List.of(get(changed.s1(), bad), deal.complaints().getFirst()),
                consortium.records.get(0).evidence.getFirst().messages());
    }

    private SignedBody rhoOf(int site) {
        return consortium
                .view
                .received(SiteMessage.Seed.class)
                .filter(entry -> entry.getKey() == site)
                .map(entry -> entry.getValue().s2())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void k5RefusesPartsThatTheDealerDidNotSignAndTakesTheRightOnesAfterwards() {
        Deals good = upTo(Deals.class);
        S4Body other = S4Body.parse(get(good.s4(), 2).body()).orElseThrow();
        SiteMessage.DealPart part = get(good.parts(), 2);
        Bytes flipped = flipped(part.shareCiphertext());
        Bytes hash = Digest.ZERO.value();
        requireRefused(
                Check.K5,
                deals(good, 2, get(good.parts(), 3)),
                deals(good, 2, partFor(2, 1)),
                deals(good, 2, part(flipped, part.ehRoot(), part.shareRoot(), part.path())),
                deals(good, 2, part(part.shareCiphertext(), hash, part.shareRoot(), part.path())),
                deals(good, 2, part(part.shareCiphertext(), part.ehRoot(), hash, part.path())),
                deals(
                        good,
                        2,
                        part(part.shareCiphertext(), part.ehRoot(), part.shareRoot(), Bytes.EMPTY)),
                new Deals(good.job(), good.s4(), without(good.parts(), 2)),
                new Deals(good.job(), without(good.s4(), 3), good.parts()),
                new Deals(good.job(), with(good.s4(), 2, signed(3, other.bytes())), good.parts()),
                new Deals(
                        good.job(),
                        with(
                                good.s4(),
                                2,
                                signed(2, new S4Body(Digest.ZERO, 2, other.root4()).bytes())),
                        good.parts()));
        assertEquals(
                new Reaction.Send(new SiteMessage.Complaints(Consortium.JOB, List.of())),
                answer(0, good));
    }

    private SiteMessage.DealPart partFor(int dealer, int holder) {
        return consortium
                .view
                .received(SiteMessage.Deal.class)
                .filter(entry -> entry.getKey() == dealer)
                .map(entry -> get(entry.getValue().parts(), holder))
                .findFirst()
                .orElseThrow();
    }

    private static SiteMessage.DealPart part(Bytes shares, Bytes eh, Bytes root, Bytes path) {
        return new SiteMessage.DealPart(shares, eh, root, path);
    }

    private static Deals deals(Deals good, int dealer, SiteMessage.DealPart part) {
        return new Deals(good.job(), good.s4(), with(good.parts(), dealer, part));
    }

    private static Bytes flipped(Bytes bytes) {
        byte[] changed = bytes.toArray();
        changed[0] ^= 1;
        return Bytes.wrap(changed);
    }

    @Test
    void k6ConfirmsOnlyTheEpochThatThisSiteSawWithEverybody() {
        Summary good = upTo(Summary.class);
        Bytes three = consortium.set(0, 1, 2).bytes();
        var fewer = with(good.digests(), 3, List.<Bytes>of());
        var swapped = with(good.digests(), 2, get(good.digests(), 3));
        requireRefused(
                Check.K6,
                new Summary(good.job(), swapped, good.accepted(), List.of()),
                new Summary(good.job(), fewer, three, List.of()),
                new Summary(good.job(), good.digests(), three, List.of()),
                new Summary(good.job(), good.digests(), Bytes.EMPTY, List.of()));
        assertTrue(consortium.records.get(0).epochs.isEmpty());
        assertInstanceOf(Reaction.Send.class, answer(0, good));
        assertEquals(1, consortium.records.get(0).epochs.size());
        assertEquals(
                Check.K6,
                consortium.refusedBy(0, new Summary(good.job(), fewer, three, List.of())));
    }

    @Test
    void k7EntersTheEpochOnlyWithAQuorumThatConfirmedExactlyIt() {
        EpochCert good = upTo(EpochCert.class);
        S5Body one = S5Body.parse(get(good.confirms(), 1).body()).orElseThrow();
        Bytes other = new S5Body(one.t1(), 1, Digest.ZERO, one.accepted(), one.ledger()).bytes();
        var two = without(without(good.confirms(), 0), 1);
        requireRefused(
                Check.K7,
                new EpochCert(good.job(), two),
                new EpochCert(good.job(), with(two, 1, get(good.confirms(), 2))),
                new EpochCert(good.job(), with(two, 1, signed(2, one.bytes()))),
                new EpochCert(good.job(), with(two, 1, signed(1, other))));
        assertTrue(consortium.epochOf(0).isEmpty());
        assertEquals(
                new Reaction.EpochReady(1, 1, ROUNDS, 4, consortium.set()),
                answer(0, new EpochCert(good.job(), without(good.confirms(), 0))));
    }

    @Test
    void aStepOutOfOrderIsRefusedAndOpensNothing() {
        Deals deals = upTo(Deals.class);
        var other = Consortium.of(4, 1);
        SiteProtocol idle = other.sites.get(0);
        for (CoordinatorMessage message :
                List.of(deals, new EpochCert(Consortium.JOB, new TreeMap<>()))) {
            assertInstanceOf(Reaction.Refused.class, idle.on(message));
        }
    }

    @Test
    void a1ACoordinatorThatPlaysEveryOtherSiteReadsTheInputOnlyWithoutTheSetUpChecks() {
        assertEquals(Optional.of(Check.K1), sybils(Set.of()));
        assertEquals(Optional.of(Check.K2), sybils(Set.of(Check.K1)));
        assertEquals(
                Optional.empty(),
                sybils(
                        Set.of(
                                Check.K1, Check.K2, Check.K3, Check.K4, Check.K5, Check.K6,
                                Check.K7)));
    }

    /** Returns the check that ended the attack, or nothing if it read the input. */
    private Optional<Check> sybils(Set<Check> off) {
        var fake = Consortium.ofSybils(consortium, 4711);
        var pinned = consortium.setting(0);
        fake.sites.set(
                0,
                new SiteProtocol(
                        pinned,
                        ActiveChecks.without(pinned.roster(), off),
                        KeySource.of(consortium.random)));
        try {
            fake.setUp(1, 1, ROUNDS);
        } catch (AssertionError refused) {
            return Stream.of(Check.values())
                    .filter(check -> refused.getMessage().contains(": " + check + " "))
                    .findFirst();
        }
        var bad = new Adversary(fake, 3);
        long[] x = fake.randomInput();
        ContextFields context = bad.context(1, fake.all(), Consortium.model(1));
        Reaction.Upload upload =
                bad.upload(0, bad.open(context, Consortium.model(1)), x).orElseThrow();
        Seed b = bad.secret(Map.of(), 0, SecretKind.SELF, 1).orElseThrow();
        long[] masked = Words.fromBytes(upload.vector().whole().toArray());
        assertArrayEquals(
                x, Adversary.strip(0, context.ctx(), masked, b, bad.colludersSeeds(0, 1)));
        return Optional.empty();
    }
}
