package io.confide.coordinator.driver;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.Places;
import io.confide.coordinator.port.PlanView;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.PlanCheck;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.RunningView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.port.Views.SpentSoFarView;
import io.confide.coordinator.port.Views.StudyView;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** What people may ask, answered from the database and the running jobs; every request that acts is decided first. */
public final class Desk implements JobDesk {
    private final Jobs jobs;
    private final QueuedJobs queued;
    private final Records records;
    private final SiteDirectory directory;
    private final Governor governor;
    private final Interventions interventions;
    private final KnownPlans plans;
    private final Proofs proofs;
    private final Submissions submissions;

    /**
     * Where jobs are kept.
     *
     * @param holder name under which this coordinator takes leases
     */
    public record Records(JobStore store, Leases leases, Places places, String holder) {}

    /**
     * @param roster reads the consortium's roster anew; throws ConfideException with how to get one
     * @param random for job ids and plan seeds, which are public
     */
    public Desk(
            Jobs jobs,
            QueuedJobs queued,
            Records records,
            SiteDirectory directory,
            Governor governor,
            Supplier<Roster> roster,
            InstantSource clock,
            RandomGenerator random) {
        this.jobs = jobs;
        this.queued = queued;
        this.records = records;
        this.directory = directory;
        this.governor = governor;
        this.interventions = new Interventions(jobs, queued, this::job, governor);
        this.plans = new KnownPlans(records.store());
        this.proofs = new Proofs(records.store());
        this.submissions = new Submissions(queued, records, governor, roster, clock, random);
    }

    @Override
    public PlanCheck check(String jobYaml, String studyYaml) {
        return submissions.check(jobYaml, studyYaml);
    }

    @Override
    public JobView submit(String jobYaml, String studyYaml, Actor actor) {
        return submissions.submit(jobYaml, studyYaml, actor);
    }

    @Override
    public Optional<JobView> retry(JobId job, Actor actor) {
        return job(job).map(ended -> submissions.retry(ended, actor));
    }

    @Override
    public List<JobView> jobs() {
        return asKnown(records.store().jobs());
    }

    @Override
    public List<JobView> jobList() {
        return asKnown(records.store().jobList());
    }

    @Override
    public List<JobView> jobsSince(Instant since) {
        return asKnown(records.store().jobsSince(since));
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return asKnown(records.store().job(job).stream().toList()).stream().findFirst();
    }

    @Override
    public Optional<PrivacyView> privacy(JobId job) {
        return figures(job).flatMap(KnownPlans.Figures::privacy);
    }

    @Override
    public Optional<SpentSoFarView> spent(JobView job) {
        return plans.of(job)
                .flatMap(KnownPlans.Figures::privacy)
                .map(
                        privacy ->
                                privacy.spentAfter(
                                        records.store().newestRound(JobId.of(job.id()))));
    }

    @Override
    public boolean promisesNothing(JobView job) {
        return plans.of(job).filter(figures -> figures.privacy().isEmpty()).isPresent();
    }

    private Optional<KnownPlans.Figures> figures(JobId job) {
        return records.store().job(job).flatMap(plans::of);
    }

    private List<JobView> asKnown(List<JobView> stored) {
        return queued.explained(stored.stream().map(this::asKnown).toList());
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
    public List<RoundView> rounds(JobId job, int last) {
        return records.store().rounds(job, last);
    }

    @Override
    public Optional<RoundEvidence> round(JobId job, long round) {
        return proofs.of(job, round);
    }

    @Override
    public Optional<Bytes> evidence(JobId job, long round, Actor actor) {
        var target = new Target.Round(job, round);
        boolean isPermitted =
                governor.decide(actor, Action.READ_JOB, target) instanceof Verdict.Permit;
        // Who may not read it has nothing worked out; what is not there needs no line in the log.
        var proof = isPermitted ? round(job, round) : Optional.<RoundEvidence>empty();
        if (isPermitted && proof.isEmpty()) {
            return Optional.empty();
        }
        governor.require(actor, Action.READ_JOB, target);
        return proof.map(EvidenceFile::of);
    }

    @Override
    public Optional<Bytes> sumAudit(JobId job, long round, Actor actor) {
        // Every request of an auditor is in the log, also for what is not there: what comes back is
        // more than what was signed.
        governor.require(actor, Action.READ_AUDIT, new Target.Audit(job, round, released(job)));
        return records.store().audit(job, round);
    }

    @Override
    public Optional<PlanView> plan(JobId job) {
        return new PlanPage(records.store()).of(job);
    }

    @Override
    public Optional<CostView> cost(JobId job) {
        return figures(job).map(figures -> figures.cost().of(records.store().tally(job)));
    }

    @Override
    public List<SiteView> sites() {
        return directory.views();
    }

    @Override
    public List<RunningView> running() {
        return jobs.running();
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
    public Optional<ModelDetails> model(JobId job) {
        return new ModelPage(records.store()).of(job);
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
        return withUnrecorded(job, after, records.store().events(job, after));
    }

    @Override
    public boolean hasEvents(JobId job, long after) {
        return records.store().hasEvents(job, after)
                || !withUnrecorded(job, after, List.of()).isEmpty();
    }

    @Override
    public List<EventView> recent(JobId job, Recent which) {
        return withUnrecorded(job, which.after(), records.store().recent(job, which));
    }

    private List<EventView> withUnrecorded(JobId job, long after, List<EventView> recorded) {
        var ended =
                jobs.unrecorded(job)
                        .map(JobPublisher.Unrecorded::ended)
                        .filter(event -> event.sequence() > after);
        return Stream.concat(recorded.stream(), ended.stream()).toList();
    }

    @Override
    public Subscription subscribe(JobId job, Consumer<EventView> listener) {
        return jobs.subscribe(job, listener);
    }
}
