package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.confide.common.files.PlanJson;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.SitePolicy;
import io.confide.common.model.Task;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.participant.ledger.FileLedger;
import io.confide.participant.ledger.LedgerEntry;
import io.confide.participant.ledger.LedgerView;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The budget is the site's alone: the coordinator here counts nothing, heeds no denial and asks for whatever it likes.
 * Sites are real, with the ledgers of their homes.
 */
class BudgetRefusalTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final int COMMITS = 2;
    private static final Plan PLAN = Studies.privatePlan(COMMITS);
    private static final JobId SECOND = new JobId(new UUID(0, 2));

    @TempDir Path directory;
    private final List<FileLedger> ledgers = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private volatile SitePolicy policy = Studies.policy(cost() * 1.001);
    private TestConsortium consortium;

    /** ε of all commits of the plan. */
    private static double cost() {
        return PlanPrivacy.of(PLAN, (Guarantee.RecordLevel) PLAN.guarantee()).epsilon();
    }

    @BeforeEach
    void start() {
        log.start();
        logger().addAppender(log);
        consortium = new TestConsortium(directory, 3, PLAN);
        for (var site : consortium.sites) {
            var ledger = FileLedger.open(site.home, () -> TestSite.NOW, () -> Optional.of(policy));
            ledgers.add(ledger);
            site.budgets = ledger;
        }
        consortium.start();
    }

    @AfterEach
    void stop() {
        consortium.close();
        ledgers.forEach(FileLedger::close);
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("io.confide.participant");
    }

    private TestSite site() {
        return consortium.sites.getFirst();
    }

    @Test
    void aPlanOverTheBudgetIsRefusedAndNothingOfItIsDone() {
        policy = Studies.policy(cost() * 0.999);
        var answer = consortium.offer(site());
        assertEquals(SiteBody.Verdict.DENIED, answer.verdict());
        assertEquals(List.of(RoundTasks.BUDGET_EXHAUSTED), answer.reasons());
        requireSentence("asks for 2 releases, with which the study two-year-risk would come to ε");
        // The denial is not heeded: the site does not even make keys.
        var failure = assertThrows(AssertionError.class, () -> consortium.setUp(1, 1));
        assertTrue(failure.getMessage().contains("Declined"), failure.getMessage());
        requireNothingLeftAfter(0);
    }

    /** One plan fits, two do not: whoever asks first has it, however the coordinator interleaves them. */
    @Test
    void twoJobsThatFitAloneDoNotFitTogether() {
        consortium.offerToAll();
        site().link.say(new CoordinatorBody.PlanOffer(SECOND, PlanJson.bytes(PLAN)));
        var answer = site().link.next(SiteBody.PlanAnswer.class);
        assertEquals(SiteBody.Verdict.DENIED, answer.verdict());
        assertEquals(List.of(RoundTasks.BUDGET_EXHAUSTED), answer.reasons());
        requireSentence("job " + SECOND + " asks for 2 releases");
        consortium.setUp(1, 1);
        consortium.collect(consortium.round(1, TRAIN), 0);
        assertEquals(1, charges());
    }

    /** What was approved is no promise: the ledger says no again when the spend so far leaves too little. */
    @Test
    void anApprovedJobIsRefusedAtTheLedgerOnceTooLittleIsLeft() {
        consortium.offerToAll();
        consortium.setUp(1, 1);
        policy = Studies.policy(cost() * 0.3);
        requireDeclined(RoundTasks.BUDGET_EXHAUSTED, 1);
        requireSentence("The study two-year-risk has been lowered to ε");
        requireNothingLeftAfter(0);
    }

    /** Commits of the plan are counted by the site; a coordinator that opens rounds without end gets no more. */
    @Test
    void moreRoundsThanThePlanHasCommitsAreNotPaid() {
        consortium.offerToAll();
        consortium.setUp(1, 1);
        for (int round = 1; round <= COMMITS; round++) {
            collectOtherInputs(round);
        }
        site().dataVersion = Digest.of(new byte[] {99});
        requireDeclined(RoundTasks.BUDGET_EXHAUSTED, COMMITS + 1);
        requireSentence("has nothing reserved (any more)");
        requireNothingLeftAfter(COMMITS);
    }

    /** Opening the same model again is refused before anything is spent on it (K11). */
    @Test
    void aModelThatIsOpenedAgainCostsNothing() {
        consortium.offerToAll();
        consortium.setUp(1, 1);
        consortium.collect(consortium.round(1, TRAIN), 0);
        for (int round = 2; round <= 12; round++) {
            requireDeclined("K11", round);
        }
        requireNothingLeftAfter(1);
        // All that the plan may still cost is there for the next model.
        collectOtherInputs(13);
        requireNothingLeftAfter(2);
    }

    /** Rounds that are opened and dropped while the site computes are not paid for. */
    @Test
    void aRoundThatIsOverBeforeItsInputIsMadeCostsNothing() throws Exception {
        var computing = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        site().whenValuesAreRead =
                () -> {
                    computing.countDown();
                    await(goOn);
                };
        consortium.offerToAll();
        consortium.setUp(1, 1);
        for (int round = 1; round <= 5; round++) {
            var open = consortium.round(round, TRAIN).open();
            site().link.say(new CoordinatorBody.Protocol(open));
        }
        await(computing);
        // Answered after all of them were taken in.
        consortium.offer(site());
        goOn.countDown();
        var body = site().link.next(SiteBody.Protocol.class);
        var upload = assertInstanceOf(SiteMessage.Upload.class, body.message());
        assertEquals(5, HeaderBody.parse(upload.header().body()).orElseThrow().round().round());
        requireNothingLeftAfter(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As if the records were others: the honest way to another input. */
    private void collectOtherInputs(int round) {
        site().dataVersion = Digest.of(new byte[] {(byte) round});
        consortium.collect(consortium.round(round, TRAIN), 0);
    }

    private void requireDeclined(String why, long round) {
        var told = consortium.ask(0, consortium.round(round, TRAIN).open());
        assertEquals(new SiteBody.Declined(consortium.job, new Subject.Round(round), why), told);
        assertTrue(site().link.saysNothingMore());
    }

    private void requireSentence(String part) {
        var lines = List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertTrue(
                lines.stream()
                        .anyMatch(
                                line ->
                                        line.startsWith("event=budgetExhausted")
                                                && line.contains(part)),
                () -> String.join("\n", lines));
    }

    /** As many inputs left as were charged, and no more are under way. */
    private void requireNothingLeftAfter(int charged) {
        assertTrue(site().link.saysNothingMore());
        assertEquals(charged, charges());
        var inputs =
                site().egress().stream()
                        .filter(line -> line.category().equals("masked inputs"))
                        .toList();
        assertEquals(charged, inputs.size());
    }

    private long charges() {
        return LedgerView.read(site().home).entries().stream()
                .filter(LedgerEntry.Committed.class::isInstance)
                .count();
    }
}
