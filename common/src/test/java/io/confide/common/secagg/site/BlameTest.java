package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.BlameBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Fault;
import io.confide.common.secagg.site.HonestRound.Path;
import io.confide.common.secagg.site.HonestRound.Reach;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** R11: whose fault a wrong secret is, and that the question opens nothing. */
class BlameTest {
    private static final long R = 1;
    private static final int LIAR = 2;
    private static final int DROPPED = 6;

    private static Consortium ready() {
        var consortium = Consortium.of(7, 2);
        consortium.setUp(1, R, 4);
        return consortium;
    }

    /** {@code liar} reveals something else about these sites; signed, as it is its own message. */
    private static void lies(Consortium consortium, int liar, Collection<Integer> about) {
        consortium.lies.put(
                liar,
                message -> {
                    Bytes body = changed((SiteMessage.Reveal) message, about).bytes();
                    return new SiteMessage.Reveal(
                            message.job(),
                            new SignedBody(body, consortium.identities.get(liar).sign(body)));
                });
    }

    private static RevealBody changed(SiteMessage.Reveal reveal, Collection<Integer> about) {
        RevealBody body = RevealBody.parse(reveal.body().body()).orElseThrow();
        var shares = new TreeMap<>(body.shares());
        for (int site : about) {
            shares.computeIfPresent(
                    site,
                    (_, share) ->
                            new RevealBody.Share(share.kind(), Digest.of(share.value()).value()));
        }
        return new RevealBody(body.round(), body.site(), body.statementHash(), shares);
    }

    private static HonestRound run(Consortium consortium, Path path) {
        var reach = new ArrayList<>(HonestRound.everybody(7));
        if (path == Path.VOTED) {
            reach.set(DROPPED, Reach.NO_UPLOAD);
        }
        return HonestRound.of(consortium, R, reach).via(path);
    }

    private static void requireExact(HonestRound run) {
        var outcome = run.untilResult();
        assertEquals(ResultBody.Status.DONE, outcome.status());
        long[] expected = new long[Consortium.WORDS];
        outcome.included().forEach(site -> Words.addInto(expected, run.inputs().get(site)));
        assertArrayEquals(expected, outcome.sum().orElseThrow());
    }

    private static List<Fault> faults(HonestRound run) {
        return run.round().disputes().orElseThrow().faults();
    }

    @ParameterizedTest
    @EnumSource
    void r11AWrongShareBlamesItsHolderAndTheRoundHasItsSum(Path path) {
        var consortium = ready();
        lies(consortium, LIAR, List.of(path == Path.VOTED ? DROPPED : 4));
        var run = run(consortium, path);
        requireExact(run);
        Fault fault = faults(run).getFirst();
        assertEquals(1, faults(run).size());
        assertEquals(LIAR, fault.site());
        assertEquals(Fault.Kind.WRONG_SHARE, fault.kind());
        var keys = RosterKeys.of(consortium.roster);
        assertTrue(keys.isByCoordinator(fault.evidence().get(0)));
        assertTrue(keys.isBySite(LIAR, fault.evidence().get(1)));
        assertTrue(keys.isBySite(LIAR, fault.evidence().get(2)));
    }

    @Test
    void r11WhoLiesAboutEverySecretIsAskedAboutOneOfThem() {
        var consortium = ready();
        lies(consortium, LIAR, consortium.all().indices());
        var run = run(consortium, Path.FAST);
        requireExact(run);
        assertEquals(List.of(LIAR), faults(run).stream().map(Fault::site).toList());
        assertTrue(run.questions() <= 6, () -> run.questions() + " questions");
    }

    @Test
    void r11WhoGivesNoProofIsNotBlamedButItsShareIsNotUsed() {
        var consortium = ready();
        lies(consortium, LIAR, List.of(4));
        var run = run(consortium, Path.FAST).mute(LIAR);
        requireExact(run);
        assertEquals(List.of(), faults(run));
    }

    @Test
    void r11TwoLiarsAreWhatSevenSitesBear() {
        var consortium = ready();
        lies(consortium, 0, List.of(4));
        lies(consortium, 1, List.of(4, 5));
        var run = run(consortium, Path.FAST);
        requireExact(run);
        assertEquals(List.of(0, 1), faults(run).stream().map(Fault::site).sorted().toList());
        var three = ready();
        List.of(0, 1, 2).forEach(liar -> lies(three, liar, List.of(4)));
        var failed = run(three, Path.FAST);
        assertEquals(ResultBody.Status.NO_SHARES, failed.untilResult().status());
        assertEquals(3, faults(failed).size());
    }

    @Test
    void r11ADealerWhoseSharesAreAllTheSignedOnesIsToBlame() {
        var consortium = Consortium.of(7, 2);
        int cheat = 4;
        consortium.changeDeal =
                Optional.of(
                        new Consortium.DealChange(
                                cheat, deal -> otherHash(consortium, cheat, deal)));
        consortium.setUp(1, R, 3);
        var run = run(consortium, Path.FAST);
        assertEquals(ResultBody.Status.INTEGRITY, run.untilResult().status());
        Fault fault = faults(run).getFirst();
        assertEquals(cheat, fault.site());
        assertEquals(Fault.Kind.WRONG_DEAL, fault.kind());
        assertTrue(RosterKeys.of(consortium.roster).isBySite(cheat, fault.evidence().getFirst()));
        assertTrue(fault.evidence().size() > 5, "S4 and the proofs of t holders");
    }

    private static SiteMessage.Deal otherHash(
            Consortium consortium, int cheat, SiteMessage.Deal deal) {
        var secrets = new ArrayList<>(deal.secrets());
        var old = secrets.getFirst();
        secrets.set(
                0,
                new SiteMessage.RoundSecretHashes(
                        Digest.ZERO.value(), old.recoveryHash(), old.blob()));
        return CoordinatorRulesTest.dealtAgain(
                consortium,
                cheat,
                new SiteMessage.Deal(
                        deal.job(),
                        deal.s4(),
                        deal.parts(),
                        secrets,
                        deal.pairSeedHashes(),
                        deal.pairLeaves(),
                        deal.complaints()));
    }

    @Test
    void r11ARevealWithoutItsSendersSignatureProvesNothingAndIsDropped() {
        var consortium = ready();
        consortium.lies.put(
                LIAR,
                message ->
                        new SiteMessage.Reveal(
                                message.job(),
                                new SignedBody(
                                        changed((SiteMessage.Reveal) message, List.of(4)).bytes(),
                                        Bytes.wrap(new byte[64]))));
        var run = run(consortium, Path.FAST);
        requireExact(run);
        assertEquals(List.of(), faults(run));
        assertEquals(0, run.questions());
    }

    // What a site answers.

    private static CoordinatorMessage.Blame blame(
            Consortium consortium, long round, int about, SecretKind kind) {
        var fields = new RoundFields(Consortium.JOB, consortium.epoch().epochId(), round);
        Bytes body = new BlameBody(fields, about, kind).bytes();
        return new CoordinatorMessage.Blame(
                Consortium.JOB, new SignedBody(body, consortium.coordinator.sign(body)));
    }

    @Test
    void r11ASiteProvesWhatItRevealedAndNothingElse() {
        var consortium = Consortium.of(7, 2);
        var twin = Twin.of(consortium, 0);
        consortium.setUp(1, R, 4);
        var run = run(consortium, Path.VOTED);
        var early = blame(consortium, R, 4, SecretKind.SELF);
        assertEquals(
                Check.K8, consortium.refusedBy(0, blame(consortium, R + 9, 4, SecretKind.SELF)));
        assertEquals(Check.R11, consortium.refusedBy(0, early));
        assertEquals(ResultBody.Status.DONE, run.untilResult().status());
        var wrong =
                List.of(
                        blame(consortium, R, 4, SecretKind.RECOVERY),
                        blame(consortium, R, DROPPED, SecretKind.SELF),
                        blame(consortium, R + 1, 4, SecretKind.SELF));
        wrong.forEach(each -> assertEquals(Check.R11, consortium.refusedBy(0, each)));
        twin.requireBites(Check.R11, wrong);
        for (int about : List.of(0, 7, 1000)) {
            assertEquals(
                    Check.R11,
                    consortium.refusedBy(0, blame(consortium, R, about, SecretKind.SELF)));
        }
        SignedBody unsigned =
                new SignedBody(
                        early.body().body(),
                        consortium.identities.get(3).sign(early.body().body()));
        assertEquals(
                Check.K8,
                consortium.refusedBy(0, new CoordinatorMessage.Blame(Consortium.JOB, unsigned)));
        var answer = consortium.answer(SiteMessage.BlameAnswer.class, 0, early);
        assertEquals(answer, consortium.answer(SiteMessage.BlameAnswer.class, 0, early));
        var result = run.round().result(ResultBody.Status.DONE, Digest.ZERO);
        assertInstanceOf(Reaction.Finished.class, consortium.deliver(0, result));
        assertEquals(Check.K23, consortium.refusedBy(0, early));
    }

    /** Everybody reveals b in an honest round; then the coordinator asks for w with its question. */
    @Test
    void r11WithoutTheCheckTheQuestionOpensTheOtherSecretAndReadsAnInput() {
        assertTrue(asksForRecovery(Check.R11), "with R11 off the input is read");
        assertTrue(!asksForRecovery(), "with R11 on nothing is answered");
    }

    private static boolean asksForRecovery(Check... off) {
        var consortium = Consortium.without(5, 0, off);
        consortium.setUp(1, R, 2);
        var run = HonestRound.of(consortium, R, HonestRound.everybody(5)).via(Path.FAST);
        run.untilResult();
        var bad = new Adversary(consortium, 0);
        int victim = 0;
        var own = new TreeMap<Integer, RevealBody>();
        consortium
                .view
                .received(SiteMessage.Reveal.class)
                .forEach(
                        each ->
                                own.put(
                                        each.getKey(),
                                        RevealBody.parse(each.getValue().body().body())
                                                .orElseThrow()));
        Seed b = bad.secret(own, victim, SecretKind.SELF, R).orElseThrow();
        var proofs = new TreeMap<Integer, RevealBody>();
        for (int site = 1; site < 5; site++) {
            var reaction =
                    consortium.deliver(site, blame(consortium, R, victim, SecretKind.RECOVERY));
            if (reaction instanceof Reaction.Send send) {
                proofs.put(
                        site,
                        shown(own.get(site), victim, (SiteMessage.BlameAnswer) send.message()));
            }
        }
        Optional<Seed> w = bad.secret(proofs, victim, SecretKind.RECOVERY, R);
        if (w.isEmpty()) {
            return false;
        }
        Map<Integer, Seed> pairs = bad.pairSeeds(victim, w.get(), R);
        var context = bad.context(R, consortium.all(), Consortium.model(R));
        long[] masked =
                consortium
                        .view
                        .received(SiteMessage.Upload.class)
                        .filter(each -> each.getKey() == victim)
                        .map(
                                each ->
                                        (io.confide.common.secagg.VectorBody.Inline)
                                                each.getValue().vector())
                        .map(vector -> Words.fromBytes(vector.bytes().toArray()))
                        .findFirst()
                        .orElseThrow();
        return java.util.Arrays.equals(
                run.inputs().get(victim), Adversary.strip(victim, context.ctx(), masked, b, pairs));
    }

    private static RevealBody shown(RevealBody like, int about, SiteMessage.BlameAnswer answer) {
        Bytes share =
                io.confide.common.secagg.BlameAnswerBody.parse(answer.body().body())
                        .orElseThrow()
                        .share();
        var shares = new TreeMap<Integer, RevealBody.Share>();
        shares.put(about, new RevealBody.Share(SecretKind.RECOVERY, share));
        return new RevealBody(like.round(), like.site(), like.statementHash(), shares);
    }
}
