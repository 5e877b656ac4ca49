package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.common.secagg.server.RoundProtocol;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;

/** An epoch that is ready while rounds of the one before still run (K8, PROTOCOL.md §3.7). N = 4, C = 0. */
class OverlapTest {
    private Consortium consortium;
    private ReadyEpoch old;

    @BeforeEach
    void ready() {
        consortium = Consortium.of(4, 0);
        old = consortium.setUp(1, 1, 8);
    }

    private SiteEpoch held(int site, ReadyEpoch epoch) {
        return consortium.sites.get(site).rounds().held().epoch(epoch.epochId()).orElseThrow();
    }

    private boolean isHeld(int site, ReadyEpoch epoch) {
        return consortium.sites.get(site).rounds().held().epoch(epoch.epochId()).isPresent();
    }

    private RoundProtocol in(ReadyEpoch epoch, long number) {
        return new RoundProtocol(
                epoch, consortium.opening(number, consortium.all()), consortium.coordinator);
    }

    private CoordinatorMessage.FastCert uploaded(RoundProtocol round) {
        for (int site = 0; site < 4; site++) {
            var upload = consortium.upload(site, round.open(), consortium.randomInput());
            round.fold(site, upload.message().header(), upload.vector());
        }
        return round.fastCert().orElseThrow();
    }

    @Test
    void aRoundGoesOnWhileTheNextEpochIsMade() {
        var running = in(old, 1);
        var cert = uploaded(running);
        var next = consortium.setUp(2, 4, 8);
        assertEquals(1, consortium.epochOf(0).orElseThrow().epoch());
        consortium.answer(SiteMessage.Reveal.class, 0, cert);
        assertInstanceOf(Reaction.Join.class, consortium.deliver(0, in(old, 3).open()));
        assertInstanceOf(Reaction.Join.class, consortium.deliver(0, in(next, 4).open()));
        assertEquals(2, consortium.epochOf(0).orElseThrow().epoch());
    }

    @Test
    void k8ARoundOfTheNextEpochEndsTheOldOne() {
        var cert = uploaded(in(old, 3));
        var next = consortium.setUp(2, 4, 8);
        consortium.deliver(0, in(next, 4).open());
        assertEquals(Check.K8, consortium.refusedBy(0, in(old, 5).open()));
        assertTrue(held(0, old).isOver(5));
        // What is pending in the old epoch is still answered, until the round after the next opens.
        consortium.answer(SiteMessage.Reveal.class, 0, cert);
        consortium.deliver(0, in(next, 5).open());
        assertFalse(isHeld(0, old));
        assertEquals(Check.K8, consortium.refusedBy(0, cert));
    }

    @Test
    void theOldEpochIsGoneWithTheOutcomeOfItsLastRound() {
        var last = in(old, 3);
        uploaded(last);
        var next = consortium.setUp(2, 4, 8);
        consortium.deliver(0, in(next, 4).open());
        SiteEpoch before = held(0, old);
        consortium.deliver(0, last.result(ResultBody.Status.DONE, Digest.ZERO));
        assertFalse(isHeld(0, old));
        assertTrue(before.isErased());
        assertTrue(before.secrets().held().values().stream().allMatch(RoundTable::isAllZero));
        // The round of the next epoch goes on.
        assertEquals(4, consortium.sites.get(0).awaitingInput().orElseThrow());
    }

    @Test
    void k27AnEpochThatBecomesReadyLaterKnowsWhichRoundsAreOver() {
        var setup =
                new EpochSetup(consortium.terms(2, 1, 8), consortium.all(), consortium.coordinator);
        var waiting = new ArrayDeque<>(setup.begin());
        var late = new ArrayList<Addressed>();
        while (!waiting.isEmpty()) {
            var next = waiting.poll();
            boolean isLate =
                    next.site() == 3 && next.message() instanceof CoordinatorMessage.EpochCert;
            if (isLate) {
                late.add(next);
            } else if (consortium.deliver(next.site(), next.message())
                    instanceof Reaction.Send send) {
                setup.accept(next.site(), send.message());
                waiting.addAll(setup.advance());
            }
        }
        var first = in(old, 1);
        consortium.upload(3, first.open(), consortium.randomInput());
        consortium.deliver(3, first.result(ResultBody.Status.TOO_FEW, Digest.ZERO));
        consortium.deliver(3, late.getFirst().message());
        var next = setup.ready().orElseThrow();
        assertTrue(held(3, next).isOver(1));
        assertFalse(held(3, next).isOver(2));
        var again =
                new RoundProtocol(
                        next,
                        consortium.opening(1, consortium.set(0, 1, 2)),
                        consortium.coordinator);
        for (int site = 0; site < 3; site++) {
            var upload = consortium.upload(site, again.open(), consortium.randomInput());
            again.fold(site, upload.message().header(), upload.vector());
        }
        assertEquals(Check.K23, consortium.refusedBy(3, again.fastCert().orElseThrow()));
    }

    @Test
    void anEpochThatWasNeverUsedGivesWayToALaterOne() {
        consortium.deliver(0, in(old, 1).open());
        var unused = consortium.setUp(2, 4, 8);
        SiteEpoch secrets = held(0, unused);
        var newest = consortium.setUp(3, 4, 8);
        assertFalse(isHeld(0, unused));
        assertTrue(secrets.secrets().self().isAllZero());
        assertTrue(isHeld(0, old));
        assertEquals(Check.K8, consortium.refusedBy(0, in(unused, 4).open()));
        assertInstanceOf(Reaction.Join.class, consortium.deliver(0, in(newest, 4).open()));
    }
}
