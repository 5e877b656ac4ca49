package io.confide.coordinator.driver;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Target;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.Priority;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.job.JobMachine;
import io.confide.coordinator.job.Planner;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.PlanCheck;

import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** New jobs, from files or from the plan of a job that has ended; whether somebody may is decided first. */
final class Submissions {
    private static final int SEED_BYTES = 16;

    private final QueuedJobs queued;
    private final Desk.Records records;
    private final Governor governor;
    private final Supplier<Roster> roster;
    private final InstantSource clock;
    private final RandomGenerator random;

    Submissions(
            QueuedJobs queued,
            Desk.Records records,
            Governor governor,
            Supplier<Roster> roster,
            InstantSource clock,
            RandomGenerator random) {
        this.queued = queued;
        this.records = records;
        this.governor = governor;
        this.roster = roster;
        this.clock = clock;
        this.random = random;
    }

    PlanCheck check(String jobYaml, String studyYaml) {
        var submission = Planner.read(jobYaml, studyYaml);
        var members = roster.get();
        return PlanPreview.of(
                Planner.plan(submission, members, Bytes.wrap(new byte[SEED_BYTES])), members);
    }

    JobView submit(String jobYaml, String studyYaml, Actor actor) {
        var submission = Planner.read(jobYaml, studyYaml);
        var members = roster.get();
        var plan = Planner.plan(submission, members, newSeed());
        requireSubmission(actor, plan.name(), plan.study().name());
        return enter(plan, members, actor, Optional.empty(), submission.spec().priority());
    }

    /** Runs the plan of {@code ended} again. Throws ConfideException(DENIED, CONFLICT). */
    JobView retry(JobView ended, Actor actor) {
        var job = JobId.of(ended.id());
        // Decided before anything is said about the job, as if its files were submitted again.
        requireSubmission(actor, ended.name(), ended.study());
        if (ended.ended().isEmpty()) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "The job %s has not ended (%s); cancel it before it is run again."
                            .formatted(job, ended.state()));
        }
        var kept =
                PlanPage.read(
                        job,
                        records.store()
                                .plan(job)
                                .orElseThrow(() -> new IllegalStateException("a job has a plan")));
        var members = roster.get();
        var plan = Planner.again(kept, members, newSeed());
        return enter(plan, members, actor, Optional.of(ended.id()), ended.priority());
    }

    private void requireSubmission(Actor actor, String job, String study) {
        governor.require(actor, Action.SUBMIT_JOB, new Target.Submission(job, study));
    }

    private Bytes newSeed() {
        var seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return Bytes.wrap(seed);
    }

    /** Records a job that is permitted; it begins at once if there is a place for it. */
    private JobView enter(
            Plan plan, Roster members, Actor actor, Optional<String> retryOf, Priority priority) {
        var facts = JobFacts.of(newId(), plan, members, actor.id());
        var start = JobMachine.start(facts.jobRules(), Collections.emptySortedSet());
        var begun = new JobPage(facts, clock, retryOf, priority).view(start.next());
        var waiting = begun.in(JobState.QUEUED);
        records.store().insert(waiting, facts.planBytes(), plan.study(), members.bytes());
        queued.submitted(facts.job());
        boolean waits =
                records.store()
                        .job(facts.job())
                        .filter(view -> view.state() == JobState.QUEUED)
                        .isPresent();
        return waits ? queued.explained(List.of(waiting)).getFirst() : begun;
    }

    private JobId newId() {
        return new JobId(new UUID(random.nextLong(), random.nextLong()));
    }
}
