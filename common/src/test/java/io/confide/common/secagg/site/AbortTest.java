package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.AbortBody;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.AbortDesk;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.RoundProtocol;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Aborts of a failed round, and what their certificate allows (K27, A24). N = 5, C = 0, so q = t = 3. */
class AbortTest {
    private static final long R = 1;
    private static final int N = 5;

    private Consortium consortium;

    @BeforeEach
    void ready() {
        consortium = Consortium.of(N, 0);
        consortium.setUp(1, R, 8);
    }

    /** Round {@code number} over the model of round R, in which everybody uploads and nothing else happens. */
    private RoundProtocol uploaded(long number, Map<Integer, long[]> inputs) {
        var round = open(number);
        for (int site = 0; site < N; site++) {
            var upload = consortium.upload(site, round.open(), inputs.get(site));
            assertEquals(
                    new Acceptance.Accepted(),
                    round.fold(site, upload.message().header(), upload.vector()));
        }
        return round;
    }

    private RoundProtocol open(long number) {
        return new RoundProtocol(
                consortium.epoch(),
                consortium.opening(number, consortium.all(), Consortium.model(R)),
                consortium.coordinator);
    }

    private Map<Integer, long[]> inputs() {
        var inputs = new TreeMap<Integer, long[]>();
        for (int site = 0; site < N; site++) {
            inputs.put(site, consortium.randomInput());
        }
        return inputs;
    }

    private static CoordinatorMessage.Result failed(RoundProtocol round) {
        return round.result(ResultBody.Status.NO_QUORUM, Digest.ZERO);
    }

    private SiteMessage.Abort abortOf(int site, CoordinatorMessage.Result failed) {
        Reaction reaction = consortium.deliver(site, failed);
        return switch (reaction) {
            case Reaction.Finished finished -> finished.abort().orElseThrow();
            case Reaction.Send send -> (SiteMessage.Abort) send.message();
            default -> throw new AssertionError(reaction);
        };
    }

    /** Asks sites 0 to {@code count} - 1. */
    private AbortDesk desk(RoundProtocol round, int count) {
        var desk = new AbortDesk(consortium.epoch(), round.opening().round(), failed(round));
        for (int site = 0; site < count; site++) {
            assertEquals(
                    new Acceptance.Accepted(), desk.accept(site, abortOf(site, desk.failed())));
        }
        return desk;
    }

    private AbortCert cert(SortedMap<Integer, SignedBody> aborts) {
        return new AbortCert(aborts);
    }

    private SortedMap<Integer, SignedBody> aborts(RoundProtocol round, int count) {
        var aborts = new TreeMap<Integer, SignedBody>();
        for (int site = 0; site < count; site++) {
            aborts.put(site, abortOf(site, failed(round)).body());
        }
        return aborts;
    }

    private Reaction again(int site, long number, AbortCert... aborted) {
        consortium.aborted = List.of(aborted);
        assertInstanceOf(Reaction.Join.class, consortium.deliver(site, open(number).open()));
        return consortium
                .sites
                .get(site)
                .input(number, consortium.randomInput(), Consortium.dataVersion());
    }

    private void assertSpent(Reaction reaction) {
        var refused = assertInstanceOf(Reaction.Refused.class, reaction);
        assertEquals(Check.K11, refused.refusal().check());
    }

    @Test
    void k27TheInputsOfARoundThatQSitesGaveUpAreSummedOnceMore() {
        var inputs = inputs();
        var desk = desk(uploaded(R, inputs), 3);
        assertEquals(consortium.set(3, 4), desk.missing());
        consortium.aborted = List.of(desk.certificate().orElseThrow());
        var round = uploaded(R + 1, inputs);
        for (int site = 0; site < N; site++) {
            var reveal =
                    consortium.answer(
                            SiteMessage.Reveal.class, site, round.fastCert().orElseThrow());
            round.reveal(site, reveal);
        }
        var sum =
                assertInstanceOf(
                        io.confide.common.secagg.server.Unmasked.Sum.class, round.unmask());
        long[] expected = new long[Consortium.WORDS];
        inputs.values().forEach(input -> io.confide.common.vector.Words.addInto(expected, input));
        assertArrayEquals(expected, sum.words());
    }

    @Test
    void k27FewerThanQProveNothing() {
        var round = uploaded(R, inputs());
        assertTrue(desk(round, 2).certificate().isEmpty());
        assertSpent(again(4, R + 1, cert(aborts(round, 2))));
    }

    @Test
    void k27AnAbortCountsOnceAndOnlyForItsSiteAndRound() {
        var round = uploaded(R, inputs());
        var three = aborts(round, 3);
        var fields = new RoundFields(Consortium.JOB, consortium.epoch().epochId(), R);

        var copied = new TreeMap<>(three);
        copied.put(2, three.get(1));
        assertSpent(again(4, R + 1, cert(copied)));

        assertSpent(
                again(
                        4,
                        R + 2,
                        signedBy(
                                2, three, new RoundFields(fields.job(), fields.epochId(), R + 1))));
        var otherJob = JobId.of("ffffffff-0405-0607-0809-0a0b0c0d0e0f");
        assertSpent(
                again(
                        4,
                        R + 3,
                        signedBy(2, three, new RoundFields(otherJob, fields.epochId(), R))));
        var otherEpoch = Digest.of(new byte[] {9});
        assertSpent(
                again(4, R + 4, signedBy(2, three, new RoundFields(fields.job(), otherEpoch, R))));

        var forged = new TreeMap<>(three);
        forged.put(
                2,
                new SignedBody(
                        three.get(2).body(), consortium.coordinator.sign(three.get(2).body())));
        assertSpent(again(4, R + 5, cert(forged)));
        assertInstanceOf(Reaction.Upload.class, again(4, R + 6, cert(three)));
    }

    private AbortCert signedBy(int site, SortedMap<Integer, SignedBody> others, RoundFields round) {
        Bytes body = new AbortBody(round, site).bytes();
        var all = new TreeMap<>(others);
        all.put(site, new SignedBody(body, consortium.identities.get(site).sign(body)));
        return cert(all);
    }

    @Test
    void k27NothingProvesAnythingAboutARoundOfAnotherRoster() {
        var round = new RoundFields(Consortium.JOB, Digest.of(new byte[] {7}), R);
        var three = new TreeMap<Integer, SignedBody>();
        for (int site = 0; site < 3; site++) {
            three.putAll(signedBy(site, new TreeMap<>(), round).aborts());
        }
        var beyond = new TreeMap<>(three);
        beyond.put(8, three.get(0));
        var same = recorded(round, consortium.roster.hash(), N);
        consortium.records.get(4).rounds.add(same);
        assertInstanceOf(Reaction.Upload.class, again(4, R, cert(three)));
        for (var foreign :
                List.of(
                        recorded(round, Digest.of(new byte[] {1}), N),
                        recorded(round, Digest.of(new byte[] {1}), 9),
                        recorded(round, consortium.roster.hash(), 9))) {
            consortium.records.get(3).rounds.clear();
            consortium.records.get(3).rounds.add(foreign);
            long number = consortium.sites.get(3).rounds().last() + 1;
            assertSpent(again(3, number, cert(three), cert(beyond)));
        }
    }

    private static SiteRecords.RoundRecord recorded(RoundFields round, Digest roster, int sites) {
        var inputs =
                new SiteRecords.InputKey(
                        Digest.of(Consortium.model(R)),
                        Digest.of(Consortium.CONFIG),
                        Consortium.dataVersion());
        return new SiteRecords.RoundRecord(
                round.job(),
                round.epochId().value(),
                roster,
                sites,
                0,
                sites == N ? 3 : 4,
                SiteSet.all(sites).bytes(),
                round.round(),
                inputs,
                new SignedBody(Bytes.EMPTY, Bytes.EMPTY));
    }

    @Test
    void k27EveryRoundThatHadTheInputsNeedsItsProof() {
        var inputs = inputs();
        var first = cert(aborts(uploaded(R, inputs), 3));
        consortium.aborted = List.of(first);
        var second = cert(aborts(uploaded(R + 1, inputs), 3));
        assertSpent(again(3, R + 2, first));
        assertSpent(again(3, R + 3, second));
        assertInstanceOf(Reaction.Upload.class, again(3, R + 4, second, first));
    }

    @Test
    void k27AnswersNothingMoreAndTheSameAbortAgain() {
        var round = uploaded(R, inputs());
        var propose = round.propose().orElseThrow();
        var first = abortOf(0, failed(round));
        assertEquals(first, abortOf(0, failed(round)));
        assertEquals(Check.K27, consortium.refusedBy(0, propose));
        for (int site = 1; site < 4; site++) {
            round.sign(site, consortium.answer(SiteMessage.Sign.class, site, propose));
        }
        assertEquals(Check.K27, consortium.refusedBy(0, round.cert().orElseThrow()));
        assertEquals(Check.K8, consortium.refusedBy(0, round.open()));
    }

    @Test
    void k27WhoRevealedOrAcceptedASumNeverAborts() {
        var round = uploaded(R, inputs());
        consortium.answer(SiteMessage.Reveal.class, 0, round.fastCert().orElseThrow());
        var ended = assertInstanceOf(Reaction.Finished.class, consortium.deliver(0, failed(round)));
        assertEquals(Optional.empty(), ended.abort());
        assertEquals(new Reaction.Nothing(), consortium.deliver(0, failed(round)));

        var done = round.result(ResultBody.Status.DONE, Digest.ZERO);
        assertInstanceOf(Reaction.Finished.class, consortium.deliver(1, done));
        assertEquals(new Reaction.Nothing(), consortium.deliver(1, failed(round)));
    }

    @Test
    void k24ARestartedSiteNeverAborts() {
        var round = uploaded(R, inputs());
        consortium.restart(0);
        var ended = assertInstanceOf(Reaction.Finished.class, consortium.deliver(0, failed(round)));
        assertEquals(Optional.empty(), ended.abort());
        assertEquals(new Reaction.Nothing(), consortium.deliver(0, failed(round)));
    }

    @Test
    void k27ASiteOutsideTheRoundAbortsItAndCannotBeBroughtInLater() {
        var round =
                new RoundProtocol(
                        consortium.epoch(),
                        consortium.opening(R + 3, consortium.set(0, 1, 2), Consortium.model(R)),
                        consortium.coordinator);
        var desk = new AbortDesk(consortium.epoch(), R + 3, failed(round));
        assertEquals(new Acceptance.Accepted(), desk.accept(4, abortOf(4, desk.failed())));
        assertEquals(R + 3, consortium.sites.get(4).rounds().last());
        assertEquals(Check.K8, consortium.refusedBy(4, open(R + 3).open()));
        assertEquals(Check.K8, consortium.refusedBy(4, open(R + 2).open()));
        assertInstanceOf(Reaction.Join.class, consortium.deliver(4, open(R + 4).open()));
    }

    @Test
    void theCoordinatorKeepsOnlyAbortsOfItsRoundByTheirSites() {
        var round = uploaded(R, inputs());
        var desk = desk(round, 1);
        var second = abortOf(1, failed(round));
        assertEquals(rejected(Acceptance.Reason.OTHER_CONTEXT), desk.accept(2, second));
        var forged =
                new SignedBody(
                        second.body().body(), consortium.coordinator.sign(second.body().body()));
        assertEquals(
                rejected(Acceptance.Reason.BAD_SIGNATURE),
                desk.accept(1, new SiteMessage.Abort(Consortium.JOB, forged)));
        var garbage = new SignedBody(Bytes.EMPTY, second.body().signature());
        assertEquals(
                rejected(Acceptance.Reason.MALFORMED),
                desk.accept(1, new SiteMessage.Abort(Consortium.JOB, garbage)));
        assertEquals(consortium.set(1, 2, 3, 4), desk.missing());
    }

    private static Acceptance rejected(Acceptance.Reason reason) {
        return new Acceptance.Rejected(reason);
    }

    /** Inputs of a round that can still be opened, used again: two sums that differ in one site. */
    @Test
    void a24AnAnswerAfterTheAbortOpensBothRoundsOnlyWithoutK27() {
        assertTrue(opensBothRounds(Consortium.without(N, 0, Check.K27)));
        assertFalse(opensBothRounds(Consortium.of(N, 0)));
    }

    private boolean opensBothRounds(Consortium attacked) {
        consortium = attacked;
        consortium.setUp(1, R, 8);
        var adversary = new Adversary(consortium, 0);
        var inputs = inputs();
        var first = uploaded(R, inputs);
        consortium.aborted = List.of(cert(aborts(first, 3)));

        var context = adversary.context(R, consortium.all(), Consortium.model(R));
        var included = consortium.set(0, 1, 2, 3);
        var opened = adversary.ask(context, included, first.proofs(), List.of(0, 1, 2, 3, 4));
        boolean firstOpens = adversary.secret(opened, 0, SecretKind.SELF, R).isPresent();

        var second = uploaded(R + 1, inputs);
        var again = new TreeMap<Integer, io.confide.common.secagg.RevealBody>();
        again.putAll(
                adversary.reveal(
                        second.fastCert().orElseThrow(), List.of(0, 1, 2, 3, 4), Map.of()));
        assertTrue(adversary.secret(again, 0, SecretKind.SELF, R + 1).isPresent());
        return firstOpens;
    }
}
