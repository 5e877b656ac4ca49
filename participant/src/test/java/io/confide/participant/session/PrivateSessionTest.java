package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.Payloads;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.privacy.Noise;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.common.privacy.Sampling;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.wire.SiteBody;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.privacy.CountingLedger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A job with a record-level guarantee at real sites: reserved when approved, paid before anything leaves. */
class PrivateSessionTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final Plan PLAN = Studies.privatePlan(2);

    @TempDir Path directory;
    private TestConsortium consortium;

    private TestConsortium consortium(CountingLedger... ledgers) {
        return consortium(PLAN, ledgers);
    }

    private TestConsortium consortium(Plan plan, CountingLedger... ledgers) {
        consortium = new TestConsortium(directory, 3, plan);
        for (int site = 0; site < 3; site++) {
            consortium.sites.get(site).budgets = ledgers[site];
            consortium.sites.get(site).trainer =
                    TestSite.trainer(
                            (_, _) -> {
                                throw new AssertionError("the exact way is not taken");
                            });
        }
        return consortium.start();
    }

    private static CountingLedger paying() {
        return CountingLedger.paying(2);
    }

    @AfterEach
    void close() {
        consortium.close();
    }

    /** F8 too: these sites have no rows, and still noise, pay and send. */
    @Test
    void aRoundIsReservedPaidAndNoised() throws Exception {
        CountingLedger[] ledgers = {paying(), paying(), paying()};
        consortium(ledgers).offerToAll();
        var terms = (Guarantee.RecordLevel) PLAN.guarantee();
        var reserved =
                new PrivacyLedger.Terms(
                        consortium.job,
                        Studies.NAME,
                        "pbc",
                        PlanPrivacy.of(PLAN, terms).oneCommit(),
                        2);
        for (var ledger : ledgers) {
            assertEquals(List.of(reserved), ledger.reserved);
            assertTrue(ledger.commits.isEmpty());
        }
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        for (int site = 0; site < 3; site++) {
            consortium.collect(round, site);
            assertEquals(1, ledgers[site].commits.size());
            assertEquals(1, ledgers[site].commits.getFirst().round());
        }
        var sum = consortium.finish(round, consortium.codec(TRAIN), List.of(0, 1, 2));
        assertEquals(List.of(Payloads.UPDATE), List.copyOf(sum.keySet()));
        double deviation = Math.sqrt(3.0 * terms.shareVariance());
        double[] noise = sum.getOrDefault(Payloads.UPDATE, new double[0]);
        assertEquals(3, noise.length);
        for (double value : noise) {
            assertTrue(value != 0 && Math.abs(value) < 20 * deviation, () -> "noise " + value);
        }
    }

    /** The ledger is told the rate; an empty sample is noised, paid and sent like any other (F8). */
    @Test
    void aSampledRoundIsReservedAtItsRate() throws Exception {
        var plan = Studies.privatePlan(2, 0.25);
        CountingLedger[] ledgers = {paying(), paying(), paying()};
        consortium(plan, ledgers).offerToAll();
        for (var ledger : ledgers) {
            var event = ledger.reserved.getFirst().event();
            assertEquals(new Sampling.Poisson(0.25), event.sampling());
            assertEquals(Noise.Grid.class, event.noise().getClass());
        }
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        for (int site = 0; site < 3; site++) {
            consortium.collect(round, site);
            assertEquals(1, ledgers[site].commits.size());
        }
        assertEquals(
                List.of(Payloads.UPDATE),
                List.copyOf(
                        consortium
                                .finish(round, consortium.codec(TRAIN), List.of(0, 1, 2))
                                .keySet()));
    }

    /** F19: the time that drawing takes depends on the noise; none of it falls between the records and the charge. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.5})
    void noiseIsDrawnBeforeARecordIsRead(double samplingRate) {
        var steps = Collections.synchronizedList(new ArrayList<String>());
        var ledger = paying();
        consortium(Studies.privatePlan(2, samplingRate), ledger, paying(), paying());
        var site = consortium.sites.getFirst();
        site.close();
        site.random =
                new SecureRandom() {
                    @Override
                    public void nextBytes(byte[] bytes) {
                        if (Thread.currentThread().getName().equals("confide-rounds")) {
                            steps.add("seed");
                        }
                        super.nextBytes(bytes);
                    }
                };
        site.whenValuesAreRead = () -> steps.add("records");
        ledger.whenAskedToPay = () -> steps.add("charge");
        site.start();
        consortium.offerToAll();
        consortium.setUp(1, 1);
        steps.clear();
        consortium.collect(consortium.round(1, TRAIN), 0);
        // One seed for the noise, and one for a sample.
        var drawn = samplingRate < 1 ? List.of("seed", "seed") : List.of("seed");
        assertEquals(drawn, steps.subList(0, drawn.size()));
        assertEquals(List.of("records", "charge"), steps.subList(drawn.size(), steps.size()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.5})
    void theSameRoundAskedAgainIsAnsweredWithTheSameBytesAndPaidOnce(double samplingRate) {
        CountingLedger[] ledgers = {paying(), paying(), paying()};
        consortium(Studies.privatePlan(2, samplingRate), ledgers).offerToAll();
        consortium.setUp(1, 1);
        var open = consortium.round(1, TRAIN).open();
        var first = consortium.answer(SiteMessage.Upload.class, 0, open);
        assertEquals(first, consortium.answer(SiteMessage.Upload.class, 0, open));
        assertEquals(1, ledgers[0].commits.size());
    }

    @Test
    void aSiteWhoseBudgetDoesNotSufficeSaysThatWordAndNothingElse() {
        consortium(CountingLedger.refusing("spent: 2.9 of 3.0"), paying(), paying());
        var answer = consortium.offer(consortium.sites.getFirst());
        assertEquals(SiteBody.Verdict.DENIED, answer.verdict());
        assertEquals(List.of("BUDGET_EXHAUSTED"), answer.reasons());
        assertEquals(
                SiteBody.Verdict.PERMITTED, consortium.offer(consortium.sites.getLast()).verdict());
    }

    /** The coordinator's own count plays no part: a site that has not paid sends nothing. */
    @Test
    void anUnpaidInputNeverLeaves() {
        consortium(CountingLedger.paying(0), paying(), paying()).offerToAll();
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        var told = consortium.ask(0, round.open());
        assertEquals(
                new SiteBody.Declined(
                        consortium.job, new Subject.Round(1), RoundTasks.BUDGET_EXHAUSTED),
                told);
        consortium.collect(round, 1);
        consortium.collect(round, 2);
        assertTrue(consortium.sites.getFirst().link.saysNothingMore());
        consortium.sites.getFirst().close();
        assertFalse(
                consortium.sites.getFirst().egress().stream()
                        .anyMatch(line -> line.category().equals("masked inputs")));
        consortium.sites.getFirst().start();
    }

    @Test
    void whatAJobDoesNotUseIsGivenBackWhenItEnds() {
        CountingLedger[] ledgers = {paying(), paying(), paying()};
        consortium(ledgers).offerToAll();
        consortium.sites.forEach(TestSite::close);
        for (var ledger : ledgers) {
            assertEquals(List.of(consortium.job), ledger.released);
        }
        consortium.sites.forEach(TestSite::start);
    }
}
