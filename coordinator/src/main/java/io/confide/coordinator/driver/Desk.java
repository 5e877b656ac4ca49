package io.confide.coordinator.driver;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.job.JobMachine;
import io.confide.coordinator.job.Planner;
import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.PlanView;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.PlanCheck;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.port.Views.StudyView;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** What people may ask, answered from the database and the running jobs; every request that acts is decided first. */
public final class Desk implements JobDesk {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final int SEED_BYTES = 16;

    private final Jobs jobs;
    private final Records records;
    private final SiteDirectory directory;
    private final Governor governor;
    private final Interventions interventions;
    private final Supplier<Roster> roster;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * Where jobs are kept.
     *
     * @param holder name under which this coordinator takes leases
     */
    public record Records(JobStore store, Leases leases, String holder) {}

    /**
     * @param roster reads the consortium's roster anew; throws ConfideException with how to get one
     * @param random for job ids and plan seeds, which are public
     */
    public Desk(
            Jobs jobs,
            Records records,
            SiteDirectory directory,
            Governor governor,
            Supplier<Roster> roster,
            InstantSource clock,
            RandomGenerator random) {
        this.jobs = jobs;
        this.records = records;
        this.directory = directory;
        this.governor = governor;
        this.interventions = new Interventions(jobs, this::job, governor);
        this.roster = roster;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public PlanCheck check(String jobYaml, String studyYaml) {
        var submission = Planner.read(jobYaml, studyYaml);
        var members = roster.get();
        return PlanPreview.of(
                Planner.plan(submission, members, Bytes.wrap(new byte[SEED_BYTES])), members);
    }

    @Override
    public JobView submit(String jobYaml, String studyYaml, Actor actor) {
        var submission = Planner.read(jobYaml, studyYaml);
        var members = roster.get();
        var plan = Planner.plan(submission, members, newSeed());
        requireSubmission(actor, plan.name(), plan.study().name());
        return launch(plan, members, actor, Optional.empty());
    }

    @Override
    public Optional<JobView> retry(JobId job, Actor actor) {
        var ended = job(job);
        if (ended.isEmpty()) {
            return ended;
        }
        // Decided before anything is said about the job, as if its files were submitted again.
        requireSubmission(actor, ended.get().name(), ended.get().study());
        if (ended.get().ended().isEmpty()) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "The job %s has not ended (%s); cancel it before it is run again."
                            .formatted(job, ended.get().state()));
        }
        var kept =
                PlanPage.read(
                        job,
                        records.store()
                                .plan(job)
                                .orElseThrow(() -> new IllegalStateException("a job has a plan")));
        var members = roster.get();
        var plan = Planner.again(kept, members, newSeed());
        return Optional.of(launch(plan, members, actor, Optional.of(job.toString())));
    }

    private void requireSubmission(Actor actor, String job, String study) {
        governor.require(actor, Action.SUBMIT_JOB, new Target.Submission(job, study));
    }

    private Bytes newSeed() {
        var seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return Bytes.wrap(seed);
    }

    /** Records and starts a job that is permitted. */
    private JobView launch(Plan plan, Roster members, Actor actor, Optional<String> retryOf) {
        var facts = JobFacts.of(newId(), plan, members, actor.id());
        var start = JobMachine.start(facts.jobRules(), Collections.emptySortedSet());
        var view = new JobPage(facts, clock, retryOf).view(start.next());
        var token =
                records.leases()
                        .take(facts.job(), records.holder(), clock.instant(), LEASE)
                        .orElseThrow(() -> new IllegalStateException("a new job has no holder"));
        records.store().insert(view, facts.planBytes(), plan.study(), members.bytes());
        jobs.start(facts, token, view);
        return view;
    }

    private JobId newId() {
        return new JobId(new UUID(random.nextLong(), random.nextLong()));
    }

    @Override
    public List<JobView> jobs() {
        return records.store().jobs().stream().map(this::asKnown).toList();
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return records.store().job(job).map(this::asKnown);
    }

    @Override
    public Optional<PrivacyView> privacy(JobId job) {
        return records.store().plan(job).flatMap(PlanPage::readable).flatMap(PrivacyPage::of);
    }

    /** On a full disk the database goes on saying that a job runs that has failed. */
    private JobView asKnown(JobView stored) {
        return jobs.unrecorded(JobId.of(stored.id()))
                .map(JobPublisher.Unrecorded::view)
                .orElse(stored);
    }

    @Override
    public Optional<JobView> cancel(JobId job, Actor actor) {
        return interventions.cancel(job, actor);
    }

    @Override
    public Optional<JobView> pause(JobId job, Actor actor) {
        return interventions.pause(job, actor);
    }

    @Override
    public Optional<JobView> resume(JobId job, Actor actor) {
        return interventions.resume(job, actor);
    }

    @Override
    public List<RoundView> rounds(JobId job) {
        return records.store().rounds(job);
    }

    @Override
    public Optional<RoundEvidence> round(JobId job, long round) {
        var store = records.store();
        return store.job(job)
                .flatMap(
                        view ->
                                store.round(job, round)
                                        .map(record -> RoundProof.of(view, record, kept(view))));
    }

    private RoundProof.Kept kept(JobView view) {
        var job = JobId.of(view.id());
        var known = records.store().roster(job).flatMap(Roster::parse);
        if (known.isEmpty()) {
            return new RoundProof.Kept.Nothing();
        }
        return records.store()
                .plan(job)
                .flatMap(PlanPage::readable)
                .map(plan -> JobFacts.of(job, plan, known.get(), view.owner()))
                .<RoundProof.Kept>map(RoundProof.Kept.Rules::new)
                .orElseGet(() -> new RoundProof.Kept.Keys(known.get()));
    }

    @Override
    public Optional<Bytes> evidence(JobId job, long round, Actor actor) {
        var target = new Target.Round(job, round);
        if (governor.decide(actor, Action.READ_JOB, target) instanceof Verdict.Permit
                && records.store().round(job, round).isEmpty()) {
            return Optional.empty();
        }
        governor.require(actor, Action.READ_JOB, target);
        return round(job, round).map(EvidenceFile::of);
    }

    @Override
    public Optional<PlanView> plan(JobId job) {
        return new PlanPage(records.store()).of(job);
    }

    @Override
    public Optional<CostView> cost(JobId job) {
        return new PlanPage(records.store()).cost(job);
    }

    @Override
    public List<SiteView> sites() {
        return directory.views();
    }

    @Override
    public List<StudyView> studies() {
        return records.store().studies();
    }

    @Override
    public List<ModelView> models() {
        return records.store().models();
    }

    @Override
    public Optional<Bytes> artifact(JobId job, String name, Actor actor) {
        var target = new Target.Artifact(job, name, Artifacts.reveals(name), released(job));
        // Whoever may not read it is not told whether it is there, and has nothing read from the
        // disk.
        if (governor.decide(actor, Action.READ_ARTIFACT, target) instanceof Verdict.Permit
                && !records.store().hasArtifact(job, name)) {
            return Optional.empty();
        }
        governor.require(actor, Action.READ_ARTIFACT, target);
        return records.store().artifact(job, name);
    }

    /** A job that does not exist has nothing to keep back: the role alone decides. */
    private Plan.Release released(JobId job) {
        return records.store()
                .plan(job)
                .map(bytes -> PlanPage.read(job, bytes).release())
                .orElse(Plan.Release.WEIGHTS);
    }

    @Override
    public Optional<Bytes> modelState(Digest hash) {
        return jobs.model(hash).or(() -> records.store().modelState(hash));
    }

    @Override
    public List<EventView> events(JobId job, long after) {
        var ended =
                jobs.unrecorded(job)
                        .map(JobPublisher.Unrecorded::ended)
                        .filter(event -> event.sequence() > after);
        return Stream.concat(records.store().events(job, after).stream(), ended.stream()).toList();
    }

    @Override
    public Subscription subscribe(JobId job, Consumer<EventView> listener) {
        return jobs.subscribe(job, listener).orElse(() -> {});
    }
}
