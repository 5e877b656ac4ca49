package io.confide.coordinator.driver;

import static io.confide.coordinator.driver.StoredCoordinator.JOB;
import static io.confide.coordinator.driver.StoredCoordinator.STUDY;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.artifact.TrainedModel;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Role;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.SiteView;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

/** What people ask, over a real database, with simulated sites. */
class DeskTest {
    /** A file is answered by a line that counts its problems and one line for each. */
    private static final String ONE_PROBLEM = "has 1 problem:\n";

    @TempDir Path directory;
    private StoredCoordinator coordinator;
    private Desk desk;

    @BeforeEach
    void open() {
        coordinator = new StoredCoordinator(directory);
        desk = coordinator.desk();
    }

    @AfterEach
    void close() {
        coordinator.close();
    }

    @Test
    void aSubmittedJobRunsToItsModelAndEveryViewTellsIt() {
        coordinator.connectSites();
        var end = coordinator.completed(JOB);
        assertEquals(JobState.COMPLETED, end.state(), end::toString);
        var id = JobId.of(end.id());
        assertEquals(8, end.roundsDone());
        assertEquals(1.0, end.metrics().get("auc"));
        assertEquals(8, desk.rounds(id).size());
        assertEquals(List.of(end), desk.jobs());
        assertEquals("heart", desk.studies().getFirst().name());
        assertEquals(StoredCoordinator.SITES, desk.sites().size());
        assertTrue(desk.sites().stream().allMatch(SiteView::connected));
        var model = desk.models().getFirst();
        assertEquals(end.id(), model.job());
        assertTrue(
                model.files().containsAll(List.of("card.md", "model.safetensors")),
                model::toString);
    }

    @Test
    void aModelTellsWhereItComesFromAndWhatWasMeasuredOfEachFold() {
        coordinator.connectSites();
        var end = coordinator.completed(JOB);
        var id = JobId.of(end.id());
        var details = desk.model(id).orElseThrow();
        assertEquals(desk.models().getFirst(), details.model());
        assertEquals(Optional.of(Plan.Release.WEIGHTS), details.release());
        assertEquals(1, details.versions().getFirst().number());
        assertEquals(end.metrics(), details.versions().getFirst().metrics());
        assertEquals(8, details.sums().rounds());
        assertEquals(StoredCoordinator.SITES, details.sums().bySite().size());
        assertTrue(details.sums().bySite().values().stream().allMatch(rounds -> rounds == 8));
        assertEquals(
                List.of("evaluate fold 0", "evaluate fold 1"),
                details.evaluations().stream().map(ModelDetails.FoldView::task).toList());
        assertEquals(
                end.metrics().get("rows"),
                details.evaluations().stream().mapToDouble(f -> f.metrics().get("rows")).sum());
        var measured = desk.events(id, 0).stream().filter(e -> e.kind().equals("metrics"));
        assertEquals(
                details.evaluations().stream().map(ModelDetails.FoldView::round).toList(),
                measured.map(event -> ((Number) event.data().get("round")).longValue()).toList());
        assertEquals(Optional.empty(), desk.model(unknown()));
        assertEquals(Optional.empty(), desk.spent(end), "a plan without a guarantee");
    }

    @Test
    void theFinalModelCanBeDownloadedAndScoresAPatient() {
        coordinator.connectSites();
        var id = JobId.of(coordinator.completed(JOB).id());
        var model = desk.artifact(id, "model.safetensors", StoredCoordinator.ADA).orElseThrow();
        double score =
                TrainedModel.parse(model).score(Map.of("age", 50.0, "dose", 1.0, "male", 1.0));
        assertTrue(score > 0 && score < 1, () -> "score " + score);
        assertEquals(Optional.empty(), desk.artifact(id, "no-such-file", StoredCoordinator.ADA));
        assertEquals(
                Optional.empty(),
                desk.artifact(unknown(), "model.safetensors", StoredCoordinator.ADA));
    }

    @Test
    void theHistoryIsNumberedWithoutGapsAndEndsWithTheEnd() {
        coordinator.connectSites();
        var id = JobId.of(coordinator.completed(JOB).id());
        var history = desk.events(id, 0);
        assertEquals(
                LongStream.rangeClosed(1, history.size()).boxed().toList(),
                history.stream().map(EventView::sequence).toList());
        assertEquals("ended", history.getLast().kind());
        assertEquals("COMPLETED", history.getLast().data().get("state"));
        assertEquals(8, history.stream().filter(e -> e.kind().equals("roundDone")).count());
        assertEquals(history.subList(5, history.size()), desk.events(id, 5));
    }

    @Test
    void aListenerHearsWhatIsKeptInOrderAndWhatPasses() {
        var id = JobId.of(desk.submit(JOB, STUDY, StoredCoordinator.ADA).id());
        var heard = new CopyOnWriteArrayList<EventView>();
        try (var _ = desk.subscribe(id, heard::add)) {
            coordinator.await(id, event -> event.kind().equals("ended"), coordinator::connectSites);
            coordinator.ended(id);
        }
        var passing = List.of("uploaded", "signed", "revealed", "progress");
        var kept = heard.stream().filter(e -> !passing.contains(e.kind())).toList();
        var history = desk.events(id, 0);
        assertEquals(
                history.subList(history.size() - kept.size(), history.size()).stream()
                        .map(EventView::sequence)
                        .toList(),
                kept.stream().map(EventView::sequence).toList());
        assertTrue(heard.stream().anyMatch(e -> e.kind().equals("uploaded")));
    }

    @Test
    void everyVerdictIsInTheEventLogUnderTheNameOfWhoAsked() throws IOException {
        coordinator.connectSites();
        var id = JobId.of(coordinator.completed(JOB).id());
        desk.artifact(id, "card.md", StoredCoordinator.GRACE);
        var log = Files.readString(directory.resolve("events.jsonl"));
        for (var action :
                List.of("job.submit", "training.start", "model.release", "artifact.read")) {
            assertTrue(log.contains("\"" + action + "\""), action);
        }
        var read = log.lines().filter(line -> line.contains("\"artifact.read\"")).toList();
        assertEquals(1, read.size());
        assertTrue(read.getFirst().contains("\"grace\""), read::getFirst);
    }

    @Test
    void theRecordOfAnAuditIsReadOnlyOfJobsThatReleaseTheirWeights() {
        coordinator.connectSites();
        var audited = JOB.replace("minimumIncluded: 3", "minimumIncluded: 3, audit: true");
        var id = JobId.of(coordinator.completed(audited).id());
        assertTrue(desk.sumAudit(id, 1, StoredCoordinator.GRACE).isPresent());
        assertEquals(Optional.empty(), desk.sumAudit(unknown(), 1, StoredCoordinator.GRACE));
        var metrics = JOB.replace("wish: weights", "wish: metrics");
        var other = JobId.of(desk.submit(metrics, STUDY, StoredCoordinator.ADA).id());
        var refusal =
                assertThrows(
                        ConfideException.class,
                        () -> desk.sumAudit(other, 1, StoredCoordinator.GRACE));
        assertEquals(ErrorCode.DENIED, refusal.code());
        assertTrue(
                refusal.sentence()
                        .contains(
                                "The release of weights exceeds the release of this job, which"
                                        + " allows metrics at most."),
                refusal::sentence);
    }

    @Test
    void whoMayNotReadAFileHasNothingReadAndIsNotToldWhetherItIsThere() throws Exception {
        coordinator.connectSites();
        var id = JobId.of(coordinator.completed(JOB).id());
        // Whoever reads a body from now on fails.
        coordinator.execute("ALTER TABLE artifact RENAME COLUMN body TO gone");
        var steward = Actor.at(new SiteId("site-0"), Role.STEWARD);
        var told = new TreeSet<String>();
        for (var job : List.of(id, unknown())) {
            for (var name : List.of("model.safetensors", "no-such-file.safetensors")) {
                var refusal =
                        assertThrows(
                                ConfideException.class, () -> desk.artifact(job, name, steward));
                assertEquals(ErrorCode.DENIED, refusal.code());
                told.add(refusal.sentence());
            }
        }
        assertEquals(1, told.size(), told::toString);
        assertEquals(Optional.empty(), desk.artifact(id, "no-such-file", StoredCoordinator.ADA));
        assertThrows(
                ConfideException.class,
                () -> desk.artifact(id, "model.safetensors", StoredCoordinator.ADA));
        var log = Files.readString(directory.resolve("events.jsonl"));
        assertEquals(
                5, log.lines().filter(line -> line.contains("\"artifact.read\"")).count(), log);
    }

    @Test
    void aCheckCountsWithoutSubmitting() {
        var check = desk.check(JOB, STUDY);
        assertEquals(8, check.rounds());
        assertEquals(4, check.parameters());
        assertNothingIsStored();
    }

    @Test
    void anUnknownFieldIsNamedInOneSentenceAndNothingIsStored() {
        var yaml = JOB.replace("training: {rounds: 2}", "training: {rounds: 2, epochen: 3}");
        refused(yaml, STUDY, "job.yaml", "training.epochen");
    }

    @Test
    void anUnknownKindOfFeatureIsNamedInOneSentenceAndNothingIsStored() {
        refused(JOB, STUDY.replace("dose, type: number", "dose, type: text"), "study.yaml", "text");
    }

    @Test
    void anotherStudyIsNamedInOneSentenceAndNothingIsStored() {
        refused(JOB.replace("study: heart", "study: liver"), STUDY, "liver", "heart");
    }

    @Test
    void moreSitesThanTheRosterHasAreRefusedInOneSentenceAndNothingIsStored() {
        var yaml = JOB.replace("minimumIncluded: 3", "minimumIncluded: 9");
        refused(yaml, STUDY, "minimumIncluded is 9", "the roster has 3 sites");
    }

    private void refused(String job, String study, String... words) {
        for (var attempt :
                List.<Runnable>of(
                        () -> desk.check(job, study),
                        () -> desk.submit(job, study, StoredCoordinator.ADA))) {
            var refusal = assertThrows(ConfideException.class, attempt::run);
            assertEquals(ErrorCode.BAD_FILE, refusal.code());
            var sentence = refusal.sentence();
            assertTrue(sentence.lines().count() == 1 || sentence.contains(ONE_PROBLEM), sentence);
            assertTrue(sentence.lines().count() <= 2, sentence);
            for (var word : words) {
                assertTrue(sentence.contains(word), sentence);
            }
        }
        assertNothingIsStored();
    }

    private void assertNothingIsStored() {
        assertEquals(List.of(), desk.jobs());
        assertEquals(List.of(), desk.studies());
    }

    @Test
    void aJobThatWaitsSaysForWhatAndCanBeCancelledOnce() {
        coordinator.sites.site(0).answers(SiteBody.Verdict.PENDING_APPROVAL);
        var submitted = desk.submit(JOB, STUDY, StoredCoordinator.ADA);
        // Two of three open a sum, of which the plan wants all three in it.
        assertEquals(List.of(2, 3), List.of(submitted.threshold(), submitted.needed()));
        var id = JobId.of(submitted.id());
        coordinator.await(
                id,
                event ->
                        String.valueOf(event.data().get("reason"))
                                .contains("site-0 (not approved yet)"),
                coordinator::connectSites);
        var waiting = desk.job(id).orElseThrow();
        assertEquals(JobState.AWAITING_APPROVAL, waiting.state());
        assertTrue(waiting.reason().orElseThrow().contains(submitted.planHash()));
        var cancelled = desk.cancel(id, StoredCoordinator.ADA).orElseThrow();
        assertEquals(JobState.CANCELLED, cancelled.state());
        assertTrue(cancelled.ended().isPresent());
        assertEquals(List.of(cancelled), desk.jobs());
        var again =
                assertThrows(ConfideException.class, () -> desk.cancel(id, StoredCoordinator.ADA));
        assertEquals(ErrorCode.CONFLICT, again.code());
        assertTrue(again.sentence().contains("CANCELLED"), again::sentence);
        assertEquals(Optional.empty(), desk.cancel(unknown(), StoredCoordinator.ADA));
    }

    private static JobId unknown() {
        return new JobId(new UUID(4, 4));
    }
}
