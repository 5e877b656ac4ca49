package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.ComplaintBody.Reason;
import io.confide.common.secagg.CoordinatorMessage.Summary;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SetupLayout.RemovedPair;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.site.HonestRound.Path;
import io.confide.common.secagg.site.HonestRound.Reach;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Complaints with a ground, and what follows from complaints: removed pairs and excluded sites (K6, K21). */
class ComplaintTest {
    private static final long R = 1;

    private static void requireExact(Consortium consortium, long number, List<Reach> reach) {
        for (Path path : Path.values()) {
            var members = consortium.epoch().accepted();
            var inputs = new ArrayList<long[]>();
            for (int site = 0; site < consortium.n; site++) {
                inputs.add(consortium.randomInput());
            }
            long round = 2 * number + path.ordinal();
            var run =
                    new HonestRound(consortium, consortium.round(round, members), reach, inputs)
                            .via(path);
            var outcome = run.run();
            assertEquals(ResultBody.Status.DONE, outcome.status());
            long[] expected = new long[Consortium.WORDS];
            outcome.included().forEach(site -> Words.addInto(expected, inputs.get(site)));
            assertArrayEquals(expected, outcome.sum().orElseThrow());
        }
    }

    private static List<Reach> without(Consortium consortium, int site) {
        var reach = new ArrayList<>(HonestRound.everybody(consortium.n));
        reach.set(site, Reach.NO_UPLOAD);
        return reach;
    }

    @ParameterizedTest
    @EnumSource
    void k6UnsoundSignedBytesAreAGroundAndThePairIsRemovedNotTheDealer(Reason ground) {
        int dealer = 1;
        int holder = 4;
        var consortium = Consortium.of(7, 2);
        Liars.cheats(consortium, dealer, List.of(holder), ground);
        var epoch = consortium.setUp(1, R, 12);
        assertEquals(consortium.all(), epoch.accepted());
        assertEquals(List.of(new RemovedPair(dealer, holder)), epoch.graph().removal().pairs());
        var evidence = consortium.records.get(holder).evidence;
        assertEquals(2, evidence.getFirst().messages().size());
        SignedBody shown = evidence.getFirst().messages().getFirst();
        SignedBody complaint = evidence.getFirst().messages().getLast();
        assertTrue(RosterKeys.of(consortium.roster).isBySite(dealer, shown));
        assertEquals(
                new ComplaintBody(Liars.t1(consortium), dealer, holder, ground),
                ComplaintBody.parse(complaint.body()).orElseThrow());
        assertEquals(List.of(complaint), consortium.records.get(0).evidence.getFirst().messages());
        requireExact(consortium, 1, HonestRound.everybody(7));
        requireExact(consortium, 2, without(consortium, dealer));
        requireExact(consortium, 3, without(consortium, holder));
        requireExact(consortium, 4, without(consortium, 0));
    }

    @Test
    void k21NothingIsHeldOrRevealedForARemovedPair() {
        var consortium = Consortium.of(7, 2);
        Liars.complains(consortium, 6, List.of(0));
        consortium.setUp(1, R, 2);
        SiteEpoch held = consortium.sites.get(0).rounds().epoch().orElseThrow();
        assertEquals(Set.of(1, 2, 3, 4, 5), held.secrets().pairs().keySet());
        assertEquals(Set.of(1, 2, 3, 4, 5), held.secrets().held().keySet());
        var run = HonestRound.of(consortium, R, HonestRound.everybody(7)).via(Path.FAST);
        assertEquals(ResultBody.Status.DONE, run.untilResult().status());
        var reveals = new TreeMap<Integer, SiteMessage.Reveal>();
        consortium
                .view
                .received(SiteMessage.Reveal.class)
                .forEach(each -> reveals.put(each.getKey(), each.getValue()));
        assertEquals(Set.of(0, 1, 2, 3, 4, 5), about(reveals.get(0)));
        assertEquals(Set.of(1, 2, 3, 4, 5, 6), about(reveals.get(6)));
        assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6), about(reveals.get(1)));
        var more = new TreeMap<>(body(reveals.get(6)).shares());
        more.put(0, new RevealBody.Share(SecretKind.SELF, Digest.ZERO.value()));
        var all =
                new RevealBody(
                        body(reveals.get(6)).round(),
                        6,
                        body(reveals.get(6)).statementHash(),
                        more);
        assertEquals(
                new Acceptance.Rejected(Acceptance.Reason.MALFORMED),
                run.round()
                        .reveal(
                                6,
                                new SiteMessage.Reveal(
                                        Consortium.JOB,
                                        new SignedBody(
                                                all.bytes(),
                                                consortium.identities.get(6).sign(all.bytes())))));
    }

    private static RevealBody body(SiteMessage.Reveal reveal) {
        return RevealBody.parse(reveal.body().body()).orElseThrow();
    }

    private static Set<Integer> about(SiteMessage.Reveal reveal) {
        return body(reveal).shares().keySet();
    }

    @Test
    void k6ASiteInMoreThanCRemovedPairsIsExcluded() {
        var consortium = Consortium.of(7, 2);
        Liars.cheats(consortium, 6, List.of(0, 1, 2), Reason.SHARE);
        var epoch = consortium.setUp(1, R, 8);
        assertEquals(consortium.set(0, 1, 2, 3, 4, 5), epoch.accepted());
        assertEquals(6, consortium.epochOf(0).orElseThrow().accepted().size());
        assertTrue(consortium.epochOf(6).isEmpty());
        requireExact(consortium, 1, HonestRound.everybody(7));
        requireExact(consortium, 2, without(consortium, 3));
    }

    @Test
    void k6WithoutColludersOneComplaintExcludesBothAndThreeSitesAreBlocked() {
        var five = Consortium.of(5, 0);
        Liars.complains(five, 4, List.of(0));
        assertEquals(five.set(1, 2, 3), five.setUp(1, R, 4).accepted());
        requireExact(five, 1, HonestRound.everybody(5));
        var three = Consortium.of(3, 0);
        Liars.complains(three, 2, List.of(0));
        var setup = new EpochSetup(three.terms(1, R, 2), three.all(), three.coordinator);
        run(three, setup);
        assertEquals(EpochSetup.Step.BLOCKED, setup.step());
        assertTrue(setup.ready().isEmpty());
        assertEquals(three.set(0, 2), setup.excluded());
        assertEquals(1, setup.complaints().size());
        assertTrue(setup.advance().isEmpty() && setup.repeat().isEmpty());
    }

    private static void run(Consortium consortium, EpochSetup setup) {
        var waiting = new ArrayDeque<>(setup.begin());
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            var send = (Reaction.Send) consortium.deliver(next.site(), next.message());
            var lie = consortium.lies.get(next.site());
            setup.accept(next.site(), lie == null ? send.message() : lie.apply(send.message()));
            waiting.addAll(setup.advance());
        }
    }

    /** The summary that site 0 of seven gets when the last has complained about it and about site 1. */
    private static Summary summary(Consortium consortium) {
        Liars.complains(consortium, 6, List.of(0, 1));
        var setup =
                new EpochSetup(consortium.terms(1, R, 2), consortium.all(), consortium.coordinator);
        var kept = new ArrayList<Summary>();
        var waiting = new ArrayDeque<>(setup.begin());
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            if (next.message() instanceof Summary summary) {
                kept.add(summary);
            } else {
                var send = (Reaction.Send) consortium.deliver(next.site(), next.message());
                var lie = consortium.lies.get(next.site());
                setup.accept(next.site(), lie == null ? send.message() : lie.apply(send.message()));
                waiting.addAll(setup.advance());
            }
        }
        return kept.getFirst();
    }

    private static Summary with(Summary good, SignedBody... more) {
        var complaints = new ArrayList<>(good.complaints());
        complaints.addAll(List.of(more));
        return new Summary(good.job(), good.digests(), good.accepted(), complaints);
    }

    @Test
    void k6EveryComplaintIsSignedByANeighbourOverTheOwnTranscript() {
        var consortium = Consortium.of(7, 2);
        var twin = Twin.of(consortium, 0);
        Summary good = summary(consortium);
        Digest t1 = Liars.t1(consortium);
        SignedBody forged = Liars.complaint(consortium, t1, 2, 5, Reason.SHARE);
        forged = new SignedBody(forged.body(), good.complaints().getFirst().signature());
        var wrong =
                List.of(
                        with(good, forged),
                        with(good, Liars.complaint(consortium, Digest.ZERO, 2, 5, Reason.KEM)),
                        with(
                                good,
                                Liars.complaint(consortium, t1, 2, 5, Reason.KEM),
                                Liars.complaint(consortium, t1, 3, 5, Reason.KEM),
                                Liars.complaint(consortium, t1, 4, 5, Reason.KEM)),
                        new Summary(
                                good.job(),
                                good.digests(),
                                consortium.set(0, 1, 2, 3, 4, 5).bytes(),
                                good.complaints()));
        wrong.forEach(each -> assertEquals(Check.K6, consortium.refusedBy(0, each)));
        twin.requireBites(Check.K6, wrong);
        assertTrue(consortium.records.get(0).epochs.isEmpty());
        assertInstanceOf(Reaction.Send.class, consortium.deliver(0, good));
        assertEquals(good.complaints(), consortium.records.get(0).evidence.getFirst().messages());
    }

    @Test
    void k6TheOwnComplaintCannotBeLeftOutOfTheSummary() {
        var consortium = Consortium.of(7, 2);
        Liars.cheats(consortium, 3, List.of(0), Reason.SEALED);
        Summary good = summary(consortium);
        assertEquals(3, good.complaints().size());
        var fewer = new ArrayList<>(good.complaints());
        fewer.removeIf(each -> ComplaintBody.parse(each.body()).orElseThrow().accuser() == 0);
        assertEquals(
                Check.K6,
                consortium.refusedBy(
                        0, new Summary(good.job(), good.digests(), good.accepted(), fewer)));
        assertInstanceOf(Reaction.Send.class, consortium.deliver(0, good));
    }

    @Test
    void theCoordinatorKeepsOnlyComplaintsOfTheirSenderAboutItsNeighbours() {
        var consortium = Consortium.of(4, 1);
        var setup =
                new EpochSetup(consortium.terms(1, R, 2), consortium.all(), consortium.coordinator);
        var waiting = new ArrayDeque<>(setup.begin());
        while (!waiting.isEmpty() && setup.step() != EpochSetup.Step.COMPLAINT) {
            Addressed next = waiting.poll();
            var send = (Reaction.Send) consortium.deliver(next.site(), next.message());
            setup.accept(next.site(), send.message());
            waiting.addAll(setup.advance());
        }
        Digest t1 = Liars.t1(consortium);
        SignedBody right = Liars.complaint(consortium, t1, 0, 3, Reason.SHARE);
        assertEquals(Acceptance.Reason.OTHER_CONTEXT, rejected(setup, 2, right));
        assertEquals(
                Acceptance.Reason.OTHER_CONTEXT,
                rejected(setup, 3, Liars.complaint(consortium, Digest.ZERO, 0, 3, Reason.SHARE)));
        assertEquals(Acceptance.Reason.MALFORMED, rejected(setup, 3, right, right));
        assertEquals(
                Acceptance.Reason.BAD_SIGNATURE,
                rejected(setup, 3, new SignedBody(right.body(), forged(consortium, right))));
        assertFalse(setup.missing().isEmpty());
        assertEquals(
                new Acceptance.Accepted(),
                setup.accept(3, new SiteMessage.Complaints(Consortium.JOB, List.of(right))));
        assertEquals(consortium.set(0, 1, 2), setup.missing());
    }

    private static io.confide.common.model.Bytes forged(Consortium consortium, SignedBody body) {
        return consortium.identities.get(1).sign(body.body());
    }

    private static Acceptance.Reason rejected(EpochSetup setup, int site, SignedBody... signed) {
        var message = new SiteMessage.Complaints(Consortium.JOB, List.of(signed));
        return assertInstanceOf(Acceptance.Rejected.class, setup.accept(site, message)).reason();
    }
}
