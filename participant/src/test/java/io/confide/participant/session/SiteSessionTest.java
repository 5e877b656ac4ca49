package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.confide.common.crypto.SigningKey;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.Segment;
import io.confide.common.files.PlanJson;
import io.confide.common.files.RosterDocument;
import io.confide.common.files.RoundConfigJson;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Grant;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Fold;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Rounding;
import io.confide.common.model.Task;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.participant.vault.EgressLedger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

class SiteSessionTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());

    @TempDir Path directory;
    private TestConsortium consortium;

    private TestConsortium consortium(ModelSpec model) {
        consortium = new TestConsortium(directory, 3, Studies.plan(model));
        for (int index = 0; index < 3; index++) {
            double value = 0.1 * (index + 1);
            consortium.sites.get(index).trainer =
                    TestSite.trainer(
                            (plan, _) ->
                                    payload(value, ParameterManifest.of(plan).parameterCount()));
        }
        return consortium;
    }

    private TestConsortium logistic() {
        return consortium(new ModelSpec.Logistic());
    }

    private static Map<String, double[]> payload(double value, int parameters) {
        double[] update = new double[parameters];
        Arrays.fill(update, value);
        return Map.of(
                Payloads.UPDATE,
                update,
                Payloads.WEIGHT,
                new double[] {0.5},
                Payloads.LOSS,
                new double[] {1});
    }

    @AfterEach
    void close() {
        consortium.close();
    }

    @Test
    void trainsMasksAndAnswersSoThatTheSumIsThatOfAllSites() throws Exception {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        for (int site = 0; site < 3; site++) {
            consortium.collect(round, site);
        }
        var sum = consortium.finish(round, consortium.codec(TRAIN), List.of(0, 1, 2));
        assertEquals(1.5, sum.get(Payloads.WEIGHT)[0], 1e-6);
        for (double element : sum.get(Payloads.UPDATE)) {
            assertEquals(0.6, element, 1e-3);
        }
    }

    @Test
    void whatIsClippedIsCountedInTheSitesOwnLog() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger(InputMaker.Exact.class);
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        logger.addAppender(seen);
        try {
            logistic();
            var first = consortium.sites.getFirst();
            first.trainer = TestSite.trainer((plan, _) -> payload(1e6, 3));
            consortium.start().offerToAll();
            consortium.setUp(1, 1);
            consortium.collect(consortium.round(1, TRAIN), 0);
        } finally {
            logger.detachAppender(seen);
        }
        assertTrue(
                List.copyOf(seen.list).stream()
                        .map(ILoggingEvent::getFormattedMessage)
                        .anyMatch(
                                line ->
                                        line.startsWith("event=clipped")
                                                && line.endsWith("coordinates=3")));
    }

    @Test
    void moreJobsAtOnceThanASiteTakesAreRefusedWithAReason() {
        var site = logistic().start().sites.getFirst();
        var plan = PlanJson.bytes(consortium.plan);
        for (int job = 0; job < 64; job++) {
            site.link.say(new CoordinatorBody.PlanOffer(new JobId(new UUID(1, job)), plan));
            var answer = site.link.next(SiteBody.PlanAnswer.class);
            assertEquals(SiteBody.Verdict.PERMITTED, answer.verdict());
        }
        var another = new CoordinatorBody.PlanOffer(new JobId(new UUID(2, 0)), plan);
        site.link.say(another);
        var refusal = site.link.next(SiteBody.PlanAnswer.class);
        assertEquals(SiteBody.Verdict.DENIED, refusal.verdict());
        assertEquals(
                List.of("This site takes part in at most 64 jobs at once."), refusal.reasons());
        site.link.say(new CoordinatorBody.JobEnded(new JobId(new UUID(1, 0)), "COMPLETED"));
        site.link.say(another);
        assertEquals(
                SiteBody.Verdict.PERMITTED, site.link.next(SiteBody.PlanAnswer.class).verdict());
    }

    @Test
    void everythingThatLeavesIsInTheEgressLedgerUnderItsCategory() throws Exception {
        trainsMasksAndAnswersSoThatTheSumIsThatOfAllSites();
        var site = consortium.sites.getFirst();
        // The outcome is the last line of a round; nobody is told when the site has written it.
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (site.egress().stream().noneMatch(line -> line.category().equals("outcome"))
                && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        consortium.close();
        Map<String, Long> messages =
                site.egress().stream()
                        .collect(
                                Collectors.groupingBy(
                                        EgressLedger.Line::category, Collectors.counting()));
        assertEquals(1, messages.get("masked inputs"));
        assertEquals(1, messages.get("key shares"));
        assertEquals(2, messages.get("signatures"));
        assertEquals(6, messages.get("set-up"));
        assertEquals(1, messages.get("outcome"));
        assertFalse(messages.containsKey("refused"));
        long masked =
                site.egress().stream()
                        .filter(line -> line.category().equals("masked inputs"))
                        .mapToLong(EgressLedger.Line::bytes)
                        .sum();
        assertEquals(8L * consortium.codec(TRAIN).words(), masked);
    }

    @Test
    void largeModelsAndInputsTravelOverTheDataPlane() throws Exception {
        consortium(new ModelSpec.Mlp(List.of(4096, 128))).start().offerToAll();
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        for (int site = 0; site < 3; site++) {
            consortium.collect(round, site);
        }
        assertInstanceOf(VectorBody.Chunked.class, round.open().model());
        assertEquals(1, consortium.sites.getFirst().link.uploads.size());
        var sum = consortium.finish(round, consortium.codec(TRAIN), List.of(0, 1, 2));
        assertEquals(0.6, sum.get(Payloads.UPDATE)[12345], 1e-3);
    }

    @Test
    void withoutAPolicyEveryPlanIsDenied() {
        logistic().sites.getFirst().removePolicy();
        consortium.start();
        var answer = consortium.offer(consortium.sites.getFirst());
        assertEquals(SiteBody.Verdict.DENIED, answer.verdict());
        assertTrue(answer.reasons().getFirst().contains("has no policy"));
    }

    @Test
    void aPolicyThatRequiresDifferentialPrivacyDeniesAPlanWithoutIt() {
        logistic().sites.getFirst().policy(Studies.POLICY + "    privacy: {required: true}\n");
        consortium.start();
        var answer = consortium.offer(consortium.sites.getFirst());
        assertEquals(SiteBody.Verdict.DENIED, answer.verdict());
        assertTrue(answer.reasons().getFirst().contains("differential privacy"));
    }

    @Test
    void aStudyThatThePolicyDoesNotNameIsDenied() {
        logistic().sites.getFirst().policy(Studies.POLICY.replace(Studies.NAME, "another"));
        consortium.start();
        assertEquals(
                SiteBody.Verdict.DENIED, consortium.offer(consortium.sites.getFirst()).verdict());
    }

    @Test
    void aSiteWithoutADatasetForTheStudyDenies() {
        logistic().sites.getFirst().boundStudy = Optional.of("another");
        consortium.start();
        var answer = consortium.offer(consortium.sites.getFirst());
        assertEquals(SiteBody.Verdict.DENIED, answer.verdict());
        assertTrue(answer.reasons().getFirst().contains("No dataset is bound"));
    }

    @Test
    void anUnapprovedPlanIsPendingUntilTheStewardGrantsItAndDeniedAgainWhenTheGrantIsTakenBack() {
        var site = logistic().sites.getFirst();
        site.policy(Studies.POLICY.replace("automatic", "manual"));
        consortium.start();
        assertEquals(SiteBody.Verdict.PENDING_APPROVAL, consortium.offer(site).verdict());
        site.grant(consortium.planHash, Grant.Standing.ACTIVE);
        assertEquals(
                SiteBody.Verdict.PERMITTED, site.link.next(SiteBody.PlanAnswer.class).verdict());
        site.grant(consortium.planHash, Grant.Standing.REVOKED);
        assertEquals(
                SiteBody.Verdict.PENDING_APPROVAL,
                site.link.next(SiteBody.PlanAnswer.class).verdict());
    }

    @Test
    void aSiteThatHasApprovedNoRosterWaitsForOne() throws Exception {
        var site = logistic().sites.getFirst();
        Files.delete(site.home.rosterPin());
        consortium.start();
        var answer = consortium.offer(site);
        assertEquals(SiteBody.Verdict.PENDING_APPROVAL, answer.verdict());
        assertTrue(answer.reasons().getFirst().contains("roster"));
    }

    @Test
    void aRosterThatWasChangedAfterItsApprovalCountsAsNone() throws Exception {
        var site = logistic().sites.getFirst();
        Files.writeString(
                site.home.roster(),
                Files.readString(site.home.roster()).replace("\"version\":1", "\"version\":2"));
        consortium.start();
        assertEquals(SiteBody.Verdict.PENDING_APPROVAL, consortium.offer(site).verdict());
    }

    @Test
    void aRosterOfOthersIsRefusedAtTheProposal() {
        logistic();
        var other = SigningKey.generate(consortium.random);
        var roster = consortium.roster();
        consortium
                .sites
                .getFirst()
                .pin(new RosterDocument(2, 0, other.publicKey(), roster.members()));
        consortium.start().offerToAll();
        var failure = assertThrows(AssertionError.class, () -> consortium.setUp(1, 1));
        assertTrue(failure.getMessage().contains("Declined"), failure.getMessage());
        assertTrue(
                consortium.sites.getFirst().egress().stream()
                        .anyMatch(line -> line.note().equals(Optional.of("K1"))));
    }

    @Test
    void anInputThatIsNotANumberNeverLeavesAndTheRoundGoesOnWithoutIt() throws Exception {
        logistic().sites.get(2).trainer = TestSite.trainer((_, _) -> payload(Double.NaN, 3));
        roundWithoutTheInputOfSiteTwo();
    }

    @Test
    void aTrainingThatFailsIsToldToNobodyButTheOperator() throws Exception {
        logistic().sites.get(2).trainer =
                TestSite.trainer(
                        (_, _) -> {
                            throw new IllegalStateException("patient 17 is odd");
                        });
        roundWithoutTheInputOfSiteTwo();
    }

    private void roundWithoutTheInputOfSiteTwo() throws Exception {
        consortium.start().offerToAll();
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        var declined = assertInstanceOf(SiteBody.Declined.class, consortium.ask(2, round.open()));
        assertEquals(RoundTasks.FAULT, declined.check());
        assertTrue(consortium.sites.get(2).link.saysNothingMore());
        assertTrue(
                consortium.sites.get(2).egress().stream()
                        .noneMatch(line -> line.category().equals("masked inputs")));
    }

    @Test
    void aModelThatThePlanDoesNotNameIsRefused() {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var crafted = ModelState.of(new float[2], new float[] {1, 2, 3});
        var round =
                consortium.round(
                        1,
                        RoundConfigJson.bytes(consortium.planHash, TRAIN),
                        consortium.codec(TRAIN),
                        crafted);
        assertDeclined("K10", consortium.ask(0, round.open()));
    }

    @Test
    void aTaskOfAnotherPlanOrAnotherCodecIsRefused() {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var otherPlan = RoundConfigJson.bytes(Digest.ZERO, TRAIN);
        assertDeclined(
                "K10",
                consortium.ask(
                        0,
                        consortium
                                .round(
                                        1,
                                        otherPlan,
                                        consortium.codec(TRAIN),
                                        consortium.initialModel())
                                .open()));
        var evaluate = new Task.Evaluate(new Fold.Held(0));
        assertDeclined(
                "K10",
                consortium.ask(
                        1,
                        consortium
                                .round(
                                        1,
                                        RoundConfigJson.bytes(consortium.planHash, TRAIN),
                                        consortium.codec(evaluate),
                                        consortium.initialModel())
                                .open()));
        var unplanned = new Task.Evaluate(new Fold.Held(5));
        assertDeclined("K10", consortium.ask(2, consortium.round(1, unplanned).open()));
    }

    /** The plan says how updates are rounded; a coordinator that wants it otherwise gets none. */
    @Test
    void anUpdateIsEncodedAsThePlanSaysOrNotAtAll() {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var segments = new ArrayList<>(consortium.codec(TRAIN).segments());
        var update = (Segment.Reals) segments.getFirst();
        segments.set(
                0,
                new Segment.Reals(
                        update.name(),
                        update.length(),
                        update.range(),
                        update.bits(),
                        Rounding.NEAREST));
        var config = RoundConfigJson.bytes(consortium.planHash, TRAIN);
        var nearest = Codec.of(segments, consortium.codec(TRAIN).rosterSize());
        var round = consortium.round(1, config, nearest, consortium.initialModel());
        assertDeclined("K10", consortium.ask(0, round.open()));
    }

    @Test
    void sameInputsAreNotSummedTwice() throws Exception {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var first = consortium.round(1, TRAIN);
        for (int site = 0; site < 3; site++) {
            consortium.collect(first, site);
        }
        consortium.finish(first, consortium.codec(TRAIN), List.of(0, 1, 2));
        assertDeclined("K11", consortium.ask(0, consortium.round(2, TRAIN).open()));
    }

    @Test
    void aRestartedSiteLeavesItsEpochAndRemembersWhatItSent() throws Exception {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var first = consortium.round(1, TRAIN);
        for (int site = 0; site < 3; site++) {
            consortium.collect(first, site);
        }
        var restarted = consortium.sites.getFirst();
        restarted.close();
        restarted.start();
        assertEquals(SiteBody.Verdict.PERMITTED, consortium.offer(restarted).verdict());
        assertDeclined("K24", consortium.ask(0, first.propose().orElseThrow()));
        assertDeclined("K24", consortium.ask(0, consortium.round(2, TRAIN).open()));
        consortium.setUp(2, 2);
        assertDeclined("K11", consortium.ask(0, consortium.round(2, TRAIN).open()));
        restarted.dataVersion = Digest.of(new byte[] {2});
    }

    @Test
    void aCoordinatorThatRestartedIsSentTheSameBytesAgainAndNothingIsTrainedAgain() {
        var trained = new AtomicInteger();
        logistic().sites.getFirst().trainer =
                TestSite.trainer(
                        (_, _) -> {
                            trained.incrementAndGet();
                            return payload(0.1, 3);
                        });
        consortium.start().offerToAll();
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        var sent = consortium.answer(SiteMessage.Upload.class, 0, round.open());
        var site = consortium.sites.getFirst();
        site.welcomeBack(consortium.job);
        assertEquals(SiteBody.Verdict.PERMITTED, consortium.offer(site).verdict());
        assertEquals(sent, consortium.answer(SiteMessage.Upload.class, 0, round.open()));
        assertEquals(1, trained.get());
    }

    @Test
    void aJobThatARestartedCoordinatorDoesNotNameIsOver() {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        var site = consortium.sites.getFirst();
        site.welcomeBack();
        assertEquals(SiteBody.Verdict.PERMITTED, consortium.offer(site).verdict());
        assertDeclined("K24", consortium.ask(0, round.open()));
    }

    @Test
    void aRoundThatWasGivenUpIsDeclinedAgainForACoordinatorThatAsksAgain() {
        logistic().sites.get(2).trainer = TestSite.trainer((_, _) -> payload(Double.NaN, 3));
        consortium.start().offerToAll();
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        assertDeclined(RoundTasks.FAULT, consortium.ask(2, round.open()));
        var site = consortium.sites.get(2);
        site.welcomeBack(consortium.job);
        consortium.offer(site);
        assertDeclined(RoundTasks.FAULT, consortium.ask(2, round.open()));
    }

    @Test
    void anEpochThatARestartedSiteKnowsIsRefused() {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var restarted = consortium.sites.getFirst();
        restarted.close();
        restarted.start();
        consortium.offer(restarted);
        var failure = assertThrows(AssertionError.class, () -> consortium.setUp(1, 1));
        assertTrue(failure.getMessage().contains("Declined"));
    }

    @Test
    void aPolicyWithdrawnDuringTheTrainingKeepsTheInputAtTheSite() throws Exception {
        var training = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var site = logistic().sites.getFirst();
        site.trainer =
                TestSite.trainer(
                        (_, _) -> {
                            training.countDown();
                            await(release);
                            return payload(0.1, 3);
                        });
        consortium.start().offerToAll();
        consortium.setUp(1, 1);
        var round = consortium.round(1, TRAIN);
        site.link.say(new CoordinatorBody.Protocol(round.open()));
        await(training);
        site.removePolicy();
        assertEquals(SiteBody.Verdict.DENIED, site.link.next(SiteBody.PlanAnswer.class).verdict());
        assertEquals(RoundTasks.FAULT, site.link.next(SiteBody.Declined.class).check());
        release.countDown();
        assertDeclined("K10", consortium.ask(0, consortium.round(2, TRAIN).open()));
    }

    @Test
    void aRoundOfFewerSitesThanThePolicysCohortIsRefusedEvenIfTheSumWouldBeLargeEnough()
            throws Exception {
        consortium = new TestConsortium(directory, 4, Studies.plan(new ModelSpec.Logistic()));
        for (var site : consortium.sites) {
            site.trainer = TestSite.trainer((_, _) -> payload(0.1, 3));
        }
        consortium
                .sites
                .getFirst()
                .policy(Studies.POLICY.replace("minimumCohort: 3", "minimumCohort: 4"));
        consortium.start().offerToAll();
        consortium.setUp(1, 1);
        var three = consortium.round(1, TRAIN, List.of(0, 1, 2));
        assertDeclined("K10", consortium.ask(0, three.open()));
        var refusal = Files.readAllLines(consortium.sites.getFirst().home.events()).getLast();
        assertTrue(refusal.contains("round.open"), refusal);
        assertTrue(refusal.contains("\"deny\",\"reasons\":[\"cohort-too-small\"]"), refusal);
        consortium.collect(three, 1);
        consortium.collect(consortium.round(2, TRAIN), 0);
    }

    @Test
    void aClockThatIsAMinuteOffEndsTheSessionWithASentence() throws Exception {
        logistic().start();
        var site = consortium.sites.getFirst();
        site.welcome(TestSite.NOW.plusSeconds(61));
        var reason = site.end.get(10, TimeUnit.SECONDS);
        assertEquals(ErrorCode.CLOCK_SKEW, reason.code());
        assertTrue(reason.getMessage().contains("61 s behind"));
    }

    @Test
    void aClockThatIsAheadEndsTheSessionToo() throws Exception {
        logistic().start();
        var site = consortium.sites.getFirst();
        site.welcome(TestSite.NOW.minusSeconds(61));
        var reason = site.end.get(10, TimeUnit.SECONDS);
        assertEquals(ErrorCode.CLOCK_SKEW, reason.code());
        assertTrue(reason.getMessage().contains("61 s ahead of the coordinator's"));
        assertTrue(reason.getMessage().contains("NTP"));
    }

    @Test
    void aClockThatIsAMinuteOffIsStillGoodEnough() {
        logistic().start();
        var site = consortium.sites.getFirst();
        site.welcome(TestSite.NOW.plusSeconds(60));
        assertEquals(SiteBody.Verdict.PERMITTED, consortium.offer(site).verdict());
        assertFalse(site.end.isDone());
    }

    @Test
    void anotherPlanForTheSameJobIsDenied() {
        logistic().start();
        var site = consortium.sites.getFirst();
        assertEquals(SiteBody.Verdict.PERMITTED, consortium.offer(site).verdict());
        var other = Studies.plan(new ModelSpec.Mlp(List.of(4)));
        site.link.say(new CoordinatorBody.PlanOffer(consortium.job, PlanJson.bytes(other)));
        var answer = site.link.next(SiteBody.PlanAnswer.class);
        assertEquals(PlanJson.hash(other), answer.planHash());
        assertEquals(SiteBody.Verdict.DENIED, answer.verdict());
    }

    @Test
    void messagesOfAJobThatEndedAreDeclined() {
        logistic().start().offerToAll();
        consortium.setUp(1, 1);
        var site = consortium.sites.getFirst();
        site.link.say(new CoordinatorBody.JobEnded(consortium.job, "CANCELLED"));
        assertDeclined("K1", consortium.ask(0, consortium.round(1, TRAIN).open()));
    }

    @Test
    void everyVerdictIsInTheEventLogWhoseChainHolds() throws Exception {
        trainsMasksAndAnswersSoThatTheSumIsThatOfAllSites();
        var home = consortium.sites.getFirst().home;
        assertInstanceOf(EventLog.Check.Intact.class, EventLog.verify(home.events()));
        var lines = Files.readAllLines(home.events());
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).contains("training.start"));
        assertTrue(lines.get(1).contains("round.open"));
        assertTrue(lines.get(1).contains("permit"));
    }

    private static void assertDeclined(String check, SiteBody body) {
        assertEquals(check, assertInstanceOf(SiteBody.Declined.class, body).check());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
