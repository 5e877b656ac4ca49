package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.Deals;
import io.confide.common.secagg.CoordinatorMessage.Kems;
import io.confide.common.secagg.CoordinatorMessage.Summary;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SetupLayout.RemovedPair;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A23 and A33: a coordinator that wants complaints where there is no ground for one. */
class ComplaintAttackTest {
    private static final long R = 1;
    private static final int ACCUSED = 0;
    private static final int ACCUSER = 1;
    private static final int COLLUDER = 3;

    /** What the coordinator makes of the bytes that honest site 0 signed for honest site 1. */
    enum Injection {
        KEM_WITHHELD(Check.K4),
        KEM_OF_AN_OLDER_ATTEMPT(Check.K4),
        KEM_FORGED(Check.K4),
        KEM_OF_ANOTHER_SENDER(Check.K4),
        CIPHERTEXT_EXCHANGED(Check.K4),
        DEAL_WITHHELD(Check.K5),
        DEAL_OF_AN_OLDER_ATTEMPT(Check.K5),
        PART_WITHHELD(Check.K5),
        PART_OF_AN_OLDER_ATTEMPT(Check.K5),
        PART_FOR_ANOTHER_HOLDER(Check.K5),
        PART_CHANGED(Check.K5);

        private final Check refusedBy;

        Injection(Check refusedBy) {
            this.refusedBy = refusedBy;
        }
    }

    /** Two attempts, so that the coordinator has authentic bytes of an older one; the second is attacked. */
    private static Consortium attacked(Injection how, Check... off) {
        var consortium = Consortium.without(4, 1, off);
        consortium.setUp(1, R, 2);
        for (int site = 0; site < 4; site++) {
            consortium.restart(site);
        }
        consortium.onTheWay =
                next ->
                        next.site() == ACCUSER
                                ? new Addressed(ACCUSER, injected(consortium, how, next.message()))
                                : next;
        return consortium;
    }

    private static CoordinatorMessage injected(
            Consortium consortium, Injection how, CoordinatorMessage message) {
        return switch (message) {
            case Kems kems when how.refusedBy == Check.K4 -> injected(consortium, how, kems);
            case Deals deals when how.refusedBy == Check.K5 -> injected(consortium, how, deals);
            default -> message;
        };
    }

    private static Kems injected(Consortium consortium, Injection how, Kems kems) {
        var older = first(consortium, SiteMessage.Kem.class);
        SignedBody now = kems.s3().get(ACCUSED);
        return switch (how) {
            case KEM_WITHHELD -> kems(kems, Optional.empty());
            case KEM_OF_AN_OLDER_ATTEMPT ->
                    new Kems(
                            kems.job(),
                            changed(kems.s3(), Optional.of(older.s3())),
                            changed(
                                    kems.ciphertexts(),
                                    Optional.of(older.ciphertexts().get(ACCUSER))));
            case KEM_FORGED ->
                    kems(kems, Optional.of(new SignedBody(now.body(), Bytes.wrap(new byte[64]))));
            case KEM_OF_ANOTHER_SENDER ->
                    kems(
                            kems,
                            Optional.of(
                                    new SignedBody(
                                            now.body(),
                                            consortium.identities.get(COLLUDER).sign(now.body()))));
            default ->
                    new Kems(
                            kems.job(),
                            kems.s3(),
                            changed(
                                    kems.ciphertexts(),
                                    Optional.of(older.ciphertexts().get(ACCUSER))));
        };
    }

    private static Kems kems(Kems kems, Optional<SignedBody> s3) {
        return new Kems(kems.job(), changed(kems.s3(), s3), kems.ciphertexts());
    }

    private static Deals injected(Consortium consortium, Injection how, Deals deals) {
        var older = first(consortium, SiteMessage.Deal.class);
        var part = deals.parts().get(ACCUSED);
        return switch (how) {
            case DEAL_WITHHELD ->
                    new Deals(deals.job(), changed(deals.s4(), Optional.empty()), deals.parts());
            case DEAL_OF_AN_OLDER_ATTEMPT ->
                    new Deals(
                            deals.job(),
                            changed(deals.s4(), Optional.of(older.s4())),
                            changed(deals.parts(), Optional.of(older.parts().get(ACCUSER))));
            case PART_WITHHELD -> part(deals, Optional.empty());
            case PART_OF_AN_OLDER_ATTEMPT -> part(deals, Optional.of(older.parts().get(ACCUSER)));
            case PART_FOR_ANOTHER_HOLDER ->
                    part(deals, Optional.of(last(consortium).parts().get(2)));
            default ->
                    part(
                            deals,
                            Optional.of(
                                    new SiteMessage.DealPart(
                                            Bytes.wrap(new byte[part.shareCiphertext().length()]),
                                            part.ehRoot(),
                                            part.shareRoot(),
                                            part.path())));
        };
    }

    private static Deals part(Deals deals, Optional<SiteMessage.DealPart> part) {
        return new Deals(deals.job(), deals.s4(), changed(deals.parts(), part));
    }

    private static <V> SortedMap<Integer, V> changed(SortedMap<Integer, V> map, Optional<V> value) {
        var copy = new TreeMap<>(map);
        copy.remove(ACCUSED);
        value.ifPresent(bytes -> copy.put(ACCUSED, bytes));
        return copy;
    }

    private static <M extends SiteMessage> M first(Consortium consortium, Class<M> type) {
        return of(consortium, type, ACCUSED);
    }

    private static <M extends SiteMessage> M of(Consortium consortium, Class<M> type, int site) {
        return consortium
                .view
                .received(type)
                .filter(each -> each.getKey() == site)
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static SiteMessage.Deal last(Consortium consortium) {
        return consortium
                .view
                .received(SiteMessage.Deal.class)
                .filter(each -> each.getKey() == ACCUSED)
                .reduce((_, last) -> last)
                .orElseThrow()
                .getValue();
    }

    @ParameterizedTest
    @EnumSource
    void a33WithoutTheComplaintRuleAnInjectedComplaintReadsTwoInputs(Injection how) {
        var consortium = attacked(how, Check.K6);
        var epoch = consortium.setUp(2, R, 2);
        assertEquals(List.of(new RemovedPair(ACCUSED, ACCUSER)), epoch.graph().removal().pairs());
        var bad = new Adversary(consortium, 1);
        ContextFields context = bad.context(R, consortium.all(), Consortium.model(R));
        var open = bad.open(context, Consortium.model(R));
        var inputs = new ArrayList<long[]>();
        var uploads = new ArrayList<Reaction.Upload>();
        var headers = new TreeMap<Integer, UploadProof>();
        headers.put(COLLUDER, bad.forged(COLLUDER, context));
        for (int site = 0; site < COLLUDER; site++) {
            inputs.add(consortium.randomInput());
            uploads.add(bad.upload(site, open, inputs.get(site)).orElseThrow());
            headers.put(site, Adversary.proof(uploads.get(site)));
        }
        var reveals =
                bad.ask(
                        context,
                        consortium.set(ACCUSED, ACCUSER, COLLUDER),
                        headers,
                        List.of(0, 1, 2));
        Seed w = bad.secret(reveals, 2, SecretKind.RECOVERY, R).orElseThrow();
        Map<Integer, Seed> dropped = bad.pairSeeds(2, w, R);
        for (int victim : List.of(ACCUSED, ACCUSER)) {
            Seed b = bad.secret(reveals, victim, SecretKind.SELF, R).orElseThrow();
            var pairs = new TreeMap<>(bad.colludersSeeds(victim, R));
            pairs.put(2, dropped.get(victim));
            long[] masked = Words.fromBytes(uploads.get(victim).vector().whole().toArray());
            assertArrayEquals(
                    inputs.get(victim), Adversary.strip(victim, context.ctx(), masked, b, pairs));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a33WithTheRuleNobodyComplainsAndTheRightBytesAreStillWelcome(Injection how) {
        var consortium = attacked(how);
        var refusals = new ArrayList<Check>();
        UnaryOperator<Addressed> attack = consortium.onTheWay;
        consortium.onTheWay =
                next -> {
                    Addressed changed = attack.apply(next);
                    if (!changed.equals(next)) {
                        refusals.add(consortium.refusedBy(ACCUSER, changed.message()));
                    }
                    return next;
                };
        var epoch = consortium.setUp(2, R, 2);
        assertEquals(List.of(how.refusedBy), refusals);
        assertTrue(epoch.graph().removal().pairs().isEmpty());
        assertTrue(consortium.records.get(ACCUSER).evidence.isEmpty());
    }

    /** Two colluders of nine complain about three honest sites, and the coordinator leaves those out. */
    private static Addressed leavingOut(Consortium consortium, Addressed next) {
        if (!(next.message() instanceof Summary summary)) {
            return next;
        }
        var digests = new TreeMap<>(summary.digests());
        List.of(0, 1, 2).forEach(site -> digests.put(site, List.of()));
        List.of(7, 8).forEach(site -> digests.put(site, four(consortium, site)));
        Bytes accepted = consortium.set(3, 4, 5, 6, 7, 8).bytes();
        return new Addressed(
                next.site(), new Summary(summary.job(), digests, accepted, summary.complaints()));
    }

    /** What a summary says of an accepted site. */
    private static List<Bytes> four(Consortium consortium, int site) {
        var deal = of(consortium, SiteMessage.Deal.class, site);
        return List.of(
                hash(of(consortium, SiteMessage.Hello.class, site).s1()),
                hash(of(consortium, SiteMessage.Seed.class, site).s2()),
                hash(of(consortium, SiteMessage.Kem.class, site).s3()),
                S4Body.parse(deal.s4().body()).orElseThrow().root4().value());
    }

    private static Bytes hash(SignedBody signed) {
        return Digest.of(signed.body()).value();
    }

    private static Consortium liars(Check... off) {
        var consortium = Consortium.without(9, 2, off);
        Liars.complains(consortium, 7, List.of(0, 1, 2));
        Liars.complains(consortium, 8, List.of(0, 1, 2));
        return consortium;
    }

    @Test
    void a23FalseComplaintsExcludeTheLiarsAndNoHonestDealer() {
        var consortium = liars();
        var epoch = consortium.setUp(1, R, 2);
        assertEquals(consortium.set(0, 1, 2, 3, 4, 5, 6), epoch.accepted());
        assertEquals(6, consortium.records.get(0).evidence.getFirst().messages().size());
        for (SignedBody each : consortium.records.get(0).evidence.getFirst().messages()) {
            int accuser = ComplaintBody.parse(each.body()).orElseThrow().accuser();
            assertTrue(accuser >= 7, "complaint of " + accuser);
        }
    }

    @Test
    void a23WithoutK6TheHonestDealersAreOutAndWithItThatSummaryIsRefused() {
        assertEquals(6, confirmations(liars(Check.K6)));
        assertEquals(0, confirmations(liars()));
    }

    /** How many sites confirm an epoch without the three accused. */
    private static int confirmations(Consortium consortium) {
        var setup =
                new EpochSetup(consortium.terms(1, R, 2), consortium.all(), consortium.coordinator);
        var waiting = new ArrayDeque<>(setup.begin());
        var asked = new ArrayList<Addressed>();
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            if (next.message() instanceof Summary) {
                asked.add(leavingOut(consortium, next));
            } else {
                var reaction = consortium.deliver(next.site(), next.message());
                var send = assertInstanceOf(Reaction.Send.class, reaction);
                var lie = consortium.lies.getOrDefault(next.site(), UnaryOperator.identity());
                setup.accept(next.site(), lie.apply(send.message()));
                waiting.addAll(setup.advance());
            }
        }
        int confirmed = 0;
        for (int site = 3; site < 9; site++) {
            Summary summary = (Summary) asked.getFirst().message();
            confirmed += consortium.deliver(site, summary) instanceof Reaction.Send ? 1 : 0;
        }
        return confirmed;
    }
}
