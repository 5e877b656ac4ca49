package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Sites outside a round that help to open its sum (K22, K23). N = 5, C = 0, so q = t = 3; U1 = {0, 1, 2}. */
class StandInTest {
    private static final long R = 2;

    private Consortium consortium;
    private RoundProtocol round;
    private final List<long[]> inputs = new ArrayList<>();

    @BeforeEach
    void uploaded() {
        consortium = Consortium.of(5, 0);
        consortium.setUp(1, 1, 8);
        round = consortium.round(R, consortium.set(0, 1, 2));
        for (int site = 0; site < 3; site++) {
            inputs.add(consortium.randomInput());
            var upload = consortium.upload(site, round.open(), inputs.get(site));
            round.fold(site, upload.message().header(), upload.vector());
        }
    }

    private CoordinatorMessage.Cert voted() {
        var propose = round.propose().orElseThrow();
        for (int site = 0; site < 3; site++) {
            round.sign(site, consortium.answer(SiteMessage.Sign.class, site, propose));
        }
        return round.cert().orElseThrow();
    }

    private void reveal(int site, CoordinatorMessage certificate) {
        assertEquals(
                new Acceptance.Accepted(),
                round.reveal(site, consortium.answer(SiteMessage.Reveal.class, site, certificate)));
    }

    @Test
    void k22SharesOfStandInsOpenTheSumWhenTheCohortFellSilent() {
        var cert = voted();
        reveal(0, cert);
        assertFalse(round.canUnmask());
        reveal(3, cert);
        reveal(4, cert);
        long[] expected = new long[Consortium.WORDS];
        inputs.forEach(input -> Words.addInto(expected, input));
        assertArrayEquals(expected, assertInstanceOf(Unmasked.Sum.class, round.unmask()).words());
    }

    @Test
    void k22TheFastCertificateIsAnsweredToo() {
        var fast = round.fastCert().orElseThrow();
        var first = consortium.answer(SiteMessage.Reveal.class, 3, fast);
        assertEquals(first, consortium.answer(SiteMessage.Reveal.class, 3, fast));
    }

    @Test
    void k22AStandInNeverSignsAndGivesUpTheRoundsBefore() {
        var propose = round.propose().orElseThrow();
        assertEquals(Check.K13, consortium.refusedBy(3, propose));
        var before =
                new RoundProtocol(
                        consortium.epoch(),
                        consortium.opening(1, consortium.all()),
                        consortium.coordinator);
        assertInstanceOf(Reaction.Join.class, consortium.deliver(3, before.open()));
        var cert = voted();
        reveal(3, cert);
        assertEquals(Check.K13, consortium.refusedBy(3, propose));
        assertEquals(R, consortium.sites.get(3).rounds().last());
        assertTrue(consortium.sites.get(3).awaitingInput().isEmpty());
        var late =
                consortium
                        .sites
                        .get(3)
                        .input(1, consortium.randomInput(), Consortium.dataVersion());
        assertInstanceOf(Reaction.Refused.class, late);
        var own = consortium.sites.get(3).rounds().epoch().orElseThrow().secrets();
        assertTrue(own.self().isErased(R));
        assertFalse(own.own().isErased(R));
        var open = consortium.round(R, consortium.all()).open();
        assertEquals(Check.K8, consortium.refusedBy(3, open));
    }

    @Test
    void k22EveryCheckOfACertificateHoldsForAStandIn() {
        var cert = voted();
        var few = new TreeMap<>(cert.signatures());
        few.remove(few.firstKey());
        assertEquals(
                Check.K19,
                consortium.refusedBy(
                        3,
                        new CoordinatorMessage.Cert(
                                Consortium.JOB, cert.body(), cert.headers(), few)));
        var foreign = new TreeMap<>(cert.headers());
        foreign.put(0, foreign.get(1));
        assertEquals(
                Check.K15,
                consortium.refusedBy(
                        3,
                        new CoordinatorMessage.Cert(
                                Consortium.JOB, cert.body(), foreign, cert.signatures())));
        var unsigned =
                new io.confide.common.secagg.SignedBody(
                        cert.body().body(), consortium.identities.get(0).sign(cert.body().body()));
        assertEquals(
                Check.K8,
                consortium.refusedBy(
                        3,
                        new CoordinatorMessage.Cert(
                                Consortium.JOB, unsigned, cert.headers(), cert.signatures())));
        // A refused certificate changes nothing, and alone it contradicts nothing.
        assertEquals(List.of(), consortium.records.get(3).evidence);
        assertEquals(0, consortium.sites.get(3).rounds().last());
        reveal(3, cert);
    }

    @Test
    void k23NobodyAnswersForARoundWhoseSharesAreGone() {
        var cert = voted();
        var result = round.result(ResultBody.Status.DONE, Digest.ZERO);
        consortium.deliver(0, result);
        assertEquals(Check.K23, consortium.refusedBy(0, cert));

        consortium.deliver(3, consortium.round(R + 1, consortium.all()).open());
        reveal(3, cert);

        consortium.deliver(4, consortium.round(R + 2, consortium.all()).open());
        assertEquals(Check.K23, consortium.refusedBy(4, cert));
    }

    @Test
    void k24ARestartedSiteDoesNotStandIn() {
        var cert = voted();
        consortium.restart(3);
        assertEquals(Check.K24, consortium.refusedBy(3, cert));
    }
}
