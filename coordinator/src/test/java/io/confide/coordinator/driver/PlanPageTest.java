package io.confide.coordinator.driver;

import static io.confide.coordinator.driver.StoredCoordinator.ADA;
import static io.confide.coordinator.driver.StoredCoordinator.JOB;
import static io.confide.coordinator.driver.StoredCoordinator.STUDY;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.PlanJson;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.PlanView;
import io.confide.coordinator.port.PlanView.Change;
import io.confide.coordinator.port.PlanView.Section;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/** Jobs that are submitted and wait for their sites, over a real database. */
class PlanPageTest {
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

    /** An edit of the job file, and the field that it changes. */
    private record Edit(String from, String to, String field) {}

    @Test
    void aPlanIsFieldsInOrderUnderTheHashThatSitesApprove() {
        var job = submit(JOB);
        var plan = desk.plan(job).orElseThrow();
        assertEquals(desk.job(job).orElseThrow().planHash(), plan.hash());
        assertEquals(
                List.of(
                        "Study",
                        "Model",
                        "Training",
                        "Secure sums",
                        "Privacy",
                        "Evaluation",
                        "Release"),
                plan.sections().stream().map(Section::title).toList());
        var fields = plan.sections().stream().flatMap(each -> each.fields().stream()).toList();
        var names = new TreeSet<>(fields.stream().map(PlanView.Field::name).toList());
        assertEquals(fields.size(), names.size());
        assertTrue(
                fields.contains(
                        new PlanView.Field("training.rounds", "Rounds of each model", "2", "")));
        assertEquals(Optional.empty(), plan.previous());
        assertEquals(Optional.empty(), desk.plan(new JobId(new UUID(1, 1))));
    }

    @Test
    void whateverAResearcherChangesIsWhatDiffersAndNothingElse() {
        var before = sections(submit(JOB));
        for (var edit :
                List.of(
                        new Edit("rounds: 2", "rounds: 3", "training.rounds"),
                        new Edit(
                                "minimumIncluded: 3",
                                "minimumIncluded: 3, bits: 12",
                                "aggregation.bits"),
                        new Edit("kFold: 2", "kFold: 3", "evaluation.folds"),
                        new Edit("wish: weights", "wish: metrics", "release"))) {
            var after = sections(submit(JOB.replace(edit.from(), edit.to())));
            assertEquals(
                    List.of(edit.field(), "seed"),
                    PlanPage.changes(before, after).stream().map(Change::name).toList());
        }
    }

    @Test
    void aFieldThatOnlyOnePlanHasIsNewOrGone() {
        var logistic = submit(JOB);
        submit(JOB.replace("job: first", "job: other"));
        var mlp = submit(JOB.replace("kind: logistic", "kind: mlp, hidden: [4, 2]"));
        var previous = desk.plan(mlp).orElseThrow().previous().orElseThrow();
        assertEquals(logistic.toString(), previous.job(), "the other job has another name");
        var changes = previous.changes().orElseThrow();
        assertTrue(
                changes.contains(
                        new Change(
                                "model.hidden",
                                "Hidden layers",
                                Optional.empty(),
                                Optional.of("4, 2 units"))),
                changes::toString);
        assertEquals("model.intercept", changes.getLast().name());
        assertEquals(Optional.empty(), changes.getLast().after());
    }

    @Test
    void ofJobsSubmittedAtOneTimeTheLastByIdCameBefore() throws SQLException {
        var jobs = new TreeSet<String>();
        for (int i = 0; i < 4; i++) {
            jobs.add(submit(JOB).toString());
        }
        coordinator.execute("UPDATE job SET submitted_millis = 1000");
        var newest = JobId.of(jobs.removeLast());
        assertEquals(
                jobs.getLast(), desk.plan(newest).orElseThrow().previous().orElseThrow().job());
        var first = JobId.of(jobs.getFirst());
        assertEquals(Optional.empty(), desk.plan(first).orElseThrow().previous());
    }

    @Test
    void aPlanOfAnotherVersionIsOneSentenceAndIsNotComparedWith() throws SQLException {
        var old = submit(JOB);
        coordinator.execute("UPDATE job SET plan = x'7b7d', submitted_millis = 1000");
        var now = submit(JOB);
        var refused = assertThrows(ConfideException.class, () -> desk.plan(old));
        assertEquals(ErrorCode.CONFLICT, refused.code());
        assertTrue(refused.sentence().contains("another version"), refused::sentence);
        assertEquals(Optional.empty(), desk.privacy(old));
        assertEquals(Optional.empty(), desk.cost(old));
        var previous = desk.plan(now).orElseThrow().previous().orElseThrow();
        assertEquals(old.toString(), previous.job());
        assertEquals(Optional.empty(), previous.changes());
    }

    private JobId submit(String job) {
        return JobId.of(desk.submit(job, STUDY, ADA).id());
    }

    private List<Section> sections(JobId job) {
        return PlanFields.of(PlanJson.parse(coordinator.records().store().plan(job).orElseThrow()));
    }
}
