package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.RoundProtocol;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Secrets are overwritten as soon as nothing needs them any more. */
class ErasureTest {
    private static final long R = 1;

    private Consortium consortium;
    private final List<RecordingKeys> drawn = new ArrayList<>();

    @BeforeEach
    void ready() {
        consortium = Consortium.of(4, 0);
        for (int site = 0; site < 4; site++) {
            drawn.add(new RecordingKeys(KeySource.of(consortium.random)));
            consortium.sites.set(site, consortium.newSite(site, drawn.get(site)));
        }
        consortium.setUp(1, R, 3);
    }

    private SiteEpoch epoch(int site) {
        return consortium.sites.get(site).rounds().epoch().orElseThrow();
    }

    private boolean masksErased(int site, long round) {
        var secrets = epoch(site).secrets();
        return secrets.self().isErased(round)
                && secrets.pairs().values().stream().allMatch(table -> table.isErased(round));
    }

    private boolean sharesErased(int site, long round) {
        var secrets = epoch(site).secrets();
        return secrets.own().isErased(round)
                && secrets.held().values().stream().allMatch(table -> table.isErased(round));
    }

    @Test
    void theSecretsOfTheSetUpDieWithIt() {
        for (RecordingKeys keys : drawn) {
            assertEquals(4, keys.live().size());
            for (var seed : keys.live()) {
                assertThrows(IllegalStateException.class, seed::reveal);
            }
        }
    }

    @Test
    void anAttemptThatIsReplacedKeepsNothing() {
        var next =
                new io.confide.common.secagg.server.EpochSetup(
                        consortium.terms(2, 10, 3), consortium.all(), consortium.coordinator);
        consortium.deliver(0, next.begin().getFirst().message());
        var beta = drawn.getFirst().live().getLast();
        assertFalse(beta.reveal().length == 0);
        var after =
                new io.confide.common.secagg.server.EpochSetup(
                        consortium.terms(3, 10, 3), consortium.all(), consortium.coordinator);
        consortium.deliver(0, after.begin().getFirst().message());
        assertThrows(IllegalStateException.class, beta::reveal);
        assertEquals(1, consortium.epochOf(0).orElseThrow().epoch());
    }

    @Test
    void ownMasksAreGoneBeforeTheUploadLeavesAndSharesWithTheResult() {
        RoundProtocol round = consortium.round(R, consortium.all());
        for (int site = 0; site < 4; site++) {
            var upload = consortium.upload(site, round.open(), consortium.randomInput());
            assertTrue(masksErased(site, R));
            assertFalse(sharesErased(site, R));
            round.fold(site, upload.message().header(), upload.vector());
        }
        var propose = round.propose().orElseThrow();
        for (int site = 0; site < 4; site++) {
            round.sign(site, consortium.answer(SiteMessage.Sign.class, site, propose));
        }
        var cert = round.cert().orElseThrow();
        consortium.answer(SiteMessage.Reveal.class, 0, cert);
        var result =
                round.result(
                        io.confide.common.secagg.ResultBody.Status.NO_SHARES,
                        io.confide.common.model.Digest.ZERO);
        for (int site = 0; site < 4; site++) {
            assertInstanceOf(Reaction.Finished.class, consortium.deliver(site, result));
            assertTrue(sharesErased(site, R));
            assertFalse(masksErased(site, R + 1));
            assertFalse(sharesErased(site, R + 1));
            assertTrue(consortium.sites.get(site).rounds().held().turn(R).isEmpty());
            assertEquals(site == 0 ? Check.K23 : Check.K27, consortium.refusedBy(site, cert));
        }
    }

    @Test
    void aSkippedInputErasesItsMasksButStillVotes() {
        RoundProtocol round = consortium.round(R, consortium.all());
        consortium.deliver(0, round.open());
        assertEquals(new Reaction.Nothing(), consortium.sites.get(0).skip(R));
        assertTrue(masksErased(0, R));
        assertFalse(sharesErased(0, R));
        Reaction late =
                consortium
                        .sites
                        .get(0)
                        .input(R, consortium.randomInput(), Consortium.dataVersion());
        assertInstanceOf(Reaction.Refused.class, late);
        assertTrue(consortium.records.get(0).rounds.isEmpty());
    }

    @Test
    void openingALaterRoundErasesAllMasksBeforeAndTheSharesOfAllButTheLast() {
        consortium.deliver(0, consortium.round(R + 2, consortium.all()).open());
        assertTrue(masksErased(0, R + 1) && sharesErased(0, R));
        assertFalse(sharesErased(0, R + 1));
        assertFalse(masksErased(0, R + 2) || sharesErased(0, R + 2));
        var old = consortium.round(R, consortium.all()).open();
        assertEquals(Check.K8, consortium.refusedBy(0, old));
    }

    @Test
    void aRoundInTheNextEpochAndTheEndOfTheJobEraseTheEpoch() {
        SiteEpoch first = epoch(0);
        consortium.setUp(2, R + 3, 3);
        assertFalse(isEmpty(first));
        consortium.deliver(0, consortium.round(R + 3, consortium.all()).open());
        consortium.deliver(0, consortium.round(R + 4, consortium.all()).open());
        assertTrue(isEmpty(first));
        SiteEpoch second = epoch(0);
        assertFalse(isEmpty(second));
        consortium.sites.get(0).close();
        assertTrue(isEmpty(second));
        assertTrue(consortium.epochOf(0).isEmpty());
        var attempt =
                new io.confide.common.secagg.server.EpochSetup(
                        consortium.terms(3, 20, 3), consortium.all(), consortium.coordinator);
        assertEquals(Check.K24, consortium.refusedBy(0, attempt.begin().getFirst().message()));
    }

    private static boolean isEmpty(SiteEpoch epoch) {
        var secrets = epoch.secrets();
        return secrets.self().isAllZero()
                && secrets.own().isAllZero()
                && secrets.pairs().values().stream().allMatch(RoundTable::isAllZero)
                && secrets.held().values().stream().allMatch(RoundTable::isAllZero);
    }
}
