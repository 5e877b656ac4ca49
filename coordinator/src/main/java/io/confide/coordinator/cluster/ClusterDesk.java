package io.confide.coordinator.cluster;

import io.confide.common.governance.Actor;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.wire.WireException;
import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.ModelDetails;
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

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What people may ask, at any member: what is kept is read from the database, and what only the leader of a job knows is asked
 * of it. Decisions are taken, and put on record, by the member that acts.
 */
final class ClusterDesk implements JobDesk {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterDesk.class);
    private static final Duration ACT_MAX = Duration.ofSeconds(12);
    private static final Duration LOOK_MAX = Duration.ofSeconds(2);

    private final String self;
    private final Bus bus;
    private final Whereabouts whereabouts;
    private final Readers readers;
    private final JobDesk here;
    private final DelaysElsewhere delays;
    private final ClusterModels models;
    private final Supplier<List<String>> others;
    private final Quorum quorum;

    ClusterDesk(
            String self,
            Bus bus,
            Whereabouts whereabouts,
            Readers readers,
            JobDesk here,
            DelaysElsewhere delays,
            Supplier<List<String>> others,
            Quorum quorum) {
        this.self = self;
        this.bus = bus;
        this.whereabouts = whereabouts;
        this.readers = readers;
        this.here = here;
        this.delays = delays;
        this.models = new ClusterModels(bus, others);
        this.others = others;
        this.quorum = quorum;
    }

    private void requireQuorum() {
        if (!quorum.isThere()) {
            throw new ConfideException(
                    ErrorCode.UNREACHABLE,
                    "Nothing can be changed now: " + quorum.words() + "; start another one.");
        }
    }

    @Override
    public PlanCheck check(String jobYaml, String studyYaml) {
        return here.check(jobYaml, studyYaml);
    }

    @Override
    public JobView submit(String jobYaml, String studyYaml, Actor actor) {
        requireQuorum();
        return here.submit(jobYaml, studyYaml, actor);
    }

    @Override
    public Optional<JobView> retry(JobId job, Actor actor) {
        requireQuorum();
        return here.retry(job, actor);
    }

    @Override
    public Optional<JobView> cancel(JobId job, Actor actor) {
        return where(job, actor, PeerMail.Intervention.CANCEL, () -> here.cancel(job, actor));
    }

    @Override
    public Optional<JobView> pause(JobId job, Actor actor) {
        return where(job, actor, PeerMail.Intervention.PAUSE, () -> here.pause(job, actor));
    }

    @Override
    public Optional<JobView> resume(JobId job, Actor actor) {
        return where(job, actor, PeerMail.Intervention.RESUME, () -> here.resume(job, actor));
    }

    private Optional<JobView> where(
            JobId job,
            Actor actor,
            PeerMail.Intervention what,
            Supplier<Optional<JobView>> acting) {
        requireQuorum();
        var leader = whereabouts.leaderOf(job);
        if (leader.isEmpty() || leader.get().equals(self)) {
            return acting.get();
        }
        bus.ask(leader.get(), new PeerMail.Intervene(what, job, actor), ACT_MAX);
        return here.job(job);
    }

    @Override
    public List<RunningView> running() {
        var all = new ArrayList<>(here.running());
        for (var answer : bus.askAll(others.get(), new PeerMail.RunningHere(), LOOK_MAX)) {
            try {
                all.addAll(PeerReader.running(answer));
            } catch (WireException e) {
                LOG.warn("event=badPeerMail what=\"{}\"", e.getMessage());
            }
        }
        return List.copyOf(all);
    }

    @Override
    public Optional<Bytes> modelState(Digest hash) {
        return here.modelState(hash).or(() -> models.elsewhere(hash));
    }

    /** What passes while it begins may come twice, but is not lost, unless the leader changes just then. */
    @Override
    public Subscription subscribe(JobId job, Consumer<EventView> listener) {
        var reading = readers.add(job, listener);
        // Returns only when the leader knows: what it told before is kept, and read by whoever
        // subscribes.
        whereabouts
                .leaderOf(job)
                .filter(leader -> !leader.equals(self))
                .ifPresent(
                        leader ->
                                bus.askAll(List.of(leader), new PeerMail.ReadHere(job), LOOK_MAX));
        // What has passed in the newest round is told once more by the job itself, if it is here.
        here.subscribe(job, listener).close();
        return reading;
    }

    @Override
    public List<JobView> jobs() {
        return here.jobs().stream().map(this::asItStands).toList();
    }

    @Override
    public List<JobView> jobList() {
        return here.jobList().stream().map(this::asItStands).toList();
    }

    @Override
    public List<JobView> jobsSince(Instant since) {
        return here.jobsSince(since).stream().map(this::asItStands).toList();
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return here.job(job).map(this::asItStands);
    }

    /** Nobody leads a job while too few members are here, so only they can say that it stands still. */
    private JobView asItStands(JobView job) {
        return quorum.isThere()
                ? job
                : job.standingStill(
                        "Stands still: "
                                + quorum.words()
                                + "; start another one, and it goes on where it stands.");
    }

    @Override
    public Optional<PrivacyView> privacy(JobId job) {
        return here.privacy(job);
    }

    @Override
    public Optional<SpentSoFarView> spent(JobView job) {
        return here.spent(job);
    }

    @Override
    public boolean promisesNothing(JobView job) {
        return here.promisesNothing(job);
    }

    @Override
    public Optional<CostView> cost(JobId job) {
        return here.cost(job);
    }

    @Override
    public Optional<PlanView> plan(JobId job) {
        return here.plan(job);
    }

    @Override
    public List<RoundView> rounds(JobId job) {
        return here.rounds(job);
    }

    @Override
    public List<RoundView> rounds(JobId job, int last) {
        return here.rounds(job, last);
    }

    @Override
    public Optional<RoundEvidence> round(JobId job, long round) {
        return here.round(job, round);
    }

    @Override
    public Optional<Bytes> evidence(JobId job, long round, Actor actor) {
        return here.evidence(job, round, actor);
    }

    @Override
    public Optional<Bytes> sumAudit(JobId job, long round, Actor actor) {
        return here.sumAudit(job, round, actor);
    }

    @Override
    public List<SiteView> sites() {
        return delays.with(here.sites());
    }

    @Override
    public List<StudyView> studies() {
        return here.studies();
    }

    @Override
    public List<ModelView> models() {
        return here.models();
    }

    @Override
    public Optional<ModelDetails> model(JobId job) {
        return here.model(job);
    }

    @Override
    public Optional<Bytes> artifact(JobId job, String name, Actor actor) {
        return here.artifact(job, name, actor);
    }

    @Override
    public List<EventView> events(JobId job, long after) {
        return here.events(job, after);
    }

    @Override
    public boolean hasEvents(JobId job, long after) {
        return here.hasEvents(job, after);
    }

    @Override
    public List<EventView> recent(JobId job, Recent which) {
        return here.recent(job, which);
    }
}
