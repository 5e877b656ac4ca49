package io.confide.coordinator.http;

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
import io.confide.common.model.Priority;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.ModelRecord;
import io.confide.coordinator.port.PlanView;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.Views.CapacityView;
import io.confide.coordinator.port.Views.ClockView;
import io.confide.coordinator.port.Views.DatasetView;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.ObserverView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.PlanCheck;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.RunningView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.port.Views.SpentSoFarView;
import io.confide.coordinator.port.Views.SpentView;
import io.confide.coordinator.port.Views.StudyView;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** One job of ada that a test moves along; who may do what to it is decided as by the real desk. */
final class FakeDesk implements JobDesk {
    static final JobId JOB = new JobId(new UUID(7, 7));
    static final String OWNER = "ada";
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    static final String EVIDENCE =
            """
            {"format": "confide-round-evidence/1", "job": "x", "round": 1, "epoch": 1,
             "epochId": "%1$s", "outcome": "DONE", "certificate": "VOTED", "context": "%1$s",
             "threshold": 2, "quorum": 2, "open": {"body": "AQ", "signature": "Ag"},
             "uploads": [], "signatures": [], "parts": []}
            """
                    .formatted(Digest.ZERO);

    static final String AUDIT =
            """
            {"format": "confide-sum-audit/1", "job": "x", "round": 1, "roster": "AQ==",
             "certificate": {"body": "AQ==", "signature": "Ag=="}, "headers": {}, "signatures": {},
             "codec": "AQ==", "leaves": {}, "selfSeeds": {}, "pairSeeds": {}, "sum": "AQ==",
             "result": {"body": "AQ==", "signature": "Ag=="}}
            """;

    final Map<Digest, Bytes> models = new ConcurrentHashMap<>();
    final List<Consumer<EventView>> listeners = new CopyOnWriteArrayList<>();
    final List<String> actors = new CopyOnWriteArrayList<>();
    private final Decisions decisions;
    private final List<EventView> events = new ArrayList<>();
    private volatile JobState state = JobState.TRAINING;

    FakeDesk(Decisions decisions) {
        this.decisions = decisions;
    }

    /** For a server that no person reaches. */
    static FakeDesk withoutPeople() {
        return new FakeDesk(
                new Decisions() {
                    @Override
                    public Verdict decide(Actor actor, Action action, Target target) {
                        throw new AssertionError(actor + " asks for " + action);
                    }

                    @Override
                    public void require(Actor actor, Action action, Target target) {
                        decide(actor, action, target);
                    }

                    @Override
                    public void happened(Actor actor, String action, String target) {
                        throw new AssertionError(actor + " did " + action);
                    }

                    @Override
                    public void refusedSignIn(Way way, Optional<String> account) {
                        throw new AssertionError(account + " is tried");
                    }

                    @Override
                    public void tellOmitted() {}
                });
    }

    void happen(String kind, Map<String, Object> data) {
        EventView event;
        synchronized (events) {
            event = new EventView(events.size() + 1, NOW, kind, data);
            events.add(event);
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public PlanCheck check(String jobYaml, String studyYaml) {
        if (jobYaml.contains("broken")) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE, "job.yaml, line 1: \"broken\" is not a key of a job");
        }
        return new PlanCheck(Digest.ZERO.hex(), 25, 17, List.of("5 folds"));
    }

    @Override
    public JobView submit(String jobYaml, String studyYaml, Actor actor) {
        check(jobYaml, studyYaml);
        if (jobYaml.contains("crash")) {
            throw new IllegalStateException("secret detail");
        }
        decisions.require(actor, Action.SUBMIT_JOB, new Target.Submission("pbc-risk", "pbc"));
        actors.add(actor.id());
        return view();
    }

    @Override
    public List<JobView> jobs() {
        return List.of(view());
    }

    @Override
    public List<JobView> jobList() {
        return jobs();
    }

    @Override
    public List<JobView> jobsSince(Instant since) {
        return jobs();
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return job.equals(JOB) ? Optional.of(view()) : Optional.empty();
    }

    @Override
    public Optional<PrivacyView> privacy(JobId job) {
        return job.equals(JOB)
                ? Optional.of(
                        new PrivacyView(
                                "record",
                                "add-remove",
                                "everyone",
                                1,
                                3,
                                1e-5,
                                10,
                                List.of(new ObserverView("public", 6, 2.5)),
                                List.of(new SpentView(5, 2), new SpentView(10, 3)),
                                0.01))
                : Optional.empty();
    }

    @Override
    public Optional<SpentSoFarView> spent(JobView job) {
        return privacy(JOB).map(promised -> promised.spentAfter(4));
    }

    @Override
    public boolean promisesNothing(JobView job) {
        return false;
    }

    @Override
    public Optional<JobView> cancel(JobId job, Actor actor) {
        return becomes(job, actor, Action.CANCEL_JOB, JobState.CANCELLED);
    }

    @Override
    public Optional<JobView> pause(JobId job, Actor actor) {
        return becomes(job, actor, Action.PAUSE_JOB, JobState.PAUSED);
    }

    @Override
    public Optional<JobView> resume(JobId job, Actor actor) {
        return becomes(job, actor, Action.RESUME_JOB, JobState.TRAINING);
    }

    @Override
    public Optional<JobView> retry(JobId job, Actor actor) {
        return job.equals(JOB)
                ? Optional.of(submit("name: pbc", "name: pbc", actor))
                : Optional.empty();
    }

    private Optional<JobView> becomes(JobId job, Actor actor, Action action, JobState next) {
        if (!job.equals(JOB)) {
            return Optional.empty();
        }
        decisions.require(actor, action, new Target.Job(job, OWNER));
        actors.add(actor.id());
        state = next;
        return Optional.of(view());
    }

    @Override
    public List<RoundView> rounds(JobId job, int last) {
        var all = rounds(job);
        return all.subList(Math.max(0, all.size() - last), all.size());
    }

    @Override
    public List<RoundView> rounds(JobId job) {
        return List.of(
                new RoundView(
                        1,
                        1,
                        "train all",
                        List.of("basel", "oslo", "turin"),
                        List.of("basel", "oslo"),
                        List.of(new DroppedView("turin", "upload", "connection lost")),
                        "DONE",
                        1.25));
    }

    @Override
    public Optional<CostView> cost(JobId job) {
        return Optional.of(
                new CostView(
                        new CostView.Planned(25, 5, 1, 2100, 3400, 52_500, 85_000, 122_500),
                        new CostView.SoFar(3, 0, Optional.of(1.25), 14_700)));
    }

    @Override
    public Optional<PlanView> plan(JobId job) {
        var field = new PlanView.Field("training.rounds", "Rounds of each model", "5", "rounds");
        var change =
                new PlanView.Change(
                        field.name(), field.label(), Optional.of("4 rounds"), Optional.empty());
        return job.equals(JOB)
                ? Optional.of(
                        new PlanView(
                                Digest.ZERO.hex(),
                                List.of(new PlanView.Section("Training", List.of(field))),
                                Optional.of(
                                        new PlanView.Previous(
                                                "x", NOW, Optional.of(List.of(change))))))
                : Optional.empty();
    }

    @Override
    public Optional<RoundEvidence> round(JobId job, long round) {
        if (!job.equals(JOB) || round != 1) {
            return Optional.empty();
        }
        var zero = Digest.ZERO;
        var context =
                new ContextFields(new RoundFields(job, zero, 1), zero, zero, zero, SiteSet.all(3));
        var signed = new SignedBody(Bytes.ofHex("01"), Bytes.ofHex("02"));
        return Optional.of(
                new RoundEvidence(
                        job,
                        rounds(job).getFirst(),
                        RoundEvidence.Certificate.VOTED,
                        2,
                        2,
                        NOW,
                        NOW,
                        signed,
                        context,
                        Collections.emptySortedMap(),
                        Optional.of(signed.body()),
                        new TreeMap<>(Map.of(new SiteId("basel"), signed.signature())),
                        Optional.of(signed),
                        Optional.empty(),
                        List.of(
                                new RoundEvidence.Part(
                                        "roster",
                                        RoundEvidence.Keeping.NOT_KEPT,
                                        "It was not kept."))));
    }

    @Override
    public Optional<Bytes> evidence(JobId job, long round, Actor actor) {
        decisions.require(actor, Action.READ_JOB, new Target.Round(job, round));
        return round(job, round).map(_ -> Bytes.copyOf(EVIDENCE.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<Bytes> sumAudit(JobId job, long round, Actor actor) {
        decisions.require(
                actor, Action.READ_AUDIT, new Target.Audit(job, round, Plan.Release.WEIGHTS));
        return round(job, round).map(_ -> Bytes.copyOf(AUDIT.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public List<SiteView> sites() {
        return List.of(
                new SiteView(
                        "basel",
                        true,
                        true,
                        Optional.of(NOW),
                        Optional.of(NOW.plus(Duration.ofDays(90))),
                        Optional.of("confide/0.1.0"),
                        Optional.of(new CapacityView(8, 16_384, Optional.of("CUDA GPU"))),
                        Optional.of(
                                new DelaysView(
                                        2,
                                        OptionalLong.of(2048),
                                        OptionalLong.of(2048),
                                        Map.of("upload", 1))),
                        Optional.of(new ClockView(Duration.ofSeconds(-70), NOW)),
                        List.of(new DatasetView("pbc", "pbc", List.of("age", "bilirubin")))));
    }

    @Override
    public List<RunningView> running() {
        return List.of(
                new RunningView(
                        JOB.toString(),
                        OptionalLong.of(1),
                        Optional.of(
                                new OpenRoundView(
                                        4,
                                        NOW,
                                        NOW.plusSeconds(60),
                                        List.of("basel"),
                                        Set.of(),
                                        Set.of()))));
    }

    @Override
    public List<StudyView> studies() {
        return List.of(new StudyView("pbc", "survival", "Dr. A"));
    }

    @Override
    public List<ModelView> models() {
        return List.of(
                new ModelView(
                        JOB.toString(),
                        "pbc-risk",
                        Digest.ZERO.hex(),
                        NOW,
                        List.of("model.safetensors", "card.md")));
    }

    @Override
    public Optional<ModelDetails> model(JobId job) {
        var model = models().getFirst();
        return job.equals(JOB)
                ? Optional.of(
                        new ModelDetails(
                                model,
                                Optional.of(Plan.Release.METRICS),
                                List.of(
                                        new ModelRecord.Version(
                                                1,
                                                model.job(),
                                                model.modelHash(),
                                                NOW,
                                                Digest.ZERO.hex(),
                                                Map.of("auc", 0.86),
                                                Optional.of("x"))),
                                new ModelRecord.Sums(3, new TreeMap<>(Map.of("basel", 2))),
                                List.of(
                                        new ModelDetails.FoldView(
                                                2,
                                                "evaluate fold 0",
                                                Map.of("auc", 0.5, "ece", Double.NaN)))))
                : Optional.empty();
    }

    @Override
    public Optional<Bytes> artifact(JobId job, String name, Actor actor) {
        decisions.require(
                actor,
                Action.READ_ARTIFACT,
                new Target.Artifact(job, name, Plan.Release.METRICS, Plan.Release.METRICS));
        actors.add(actor.id());
        return job.equals(JOB) && name.equals("card.md")
                ? Optional.of(Bytes.copyOf("# card".getBytes()))
                : Optional.empty();
    }

    @Override
    public Optional<Bytes> modelState(Digest hash) {
        return Optional.ofNullable(models.get(hash));
    }

    @Override
    public List<EventView> events(JobId job, long after) {
        synchronized (events) {
            return events.stream().filter(event -> event.sequence() > after).toList();
        }
    }

    @Override
    public boolean hasEvents(JobId job, long after) {
        return !events(job, after).isEmpty();
    }

    /** Its jobs are short. */
    @Override
    public List<EventView> recent(JobId job, Recent which) {
        return events(job, which.after());
    }

    @Override
    public Subscription subscribe(JobId job, Consumer<EventView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private JobView view() {
        return new JobView(
                JOB.toString(),
                "pbc-risk",
                "pbc",
                OWNER,
                state,
                Digest.ZERO.hex(),
                Optional.empty(),
                3,
                25,
                1,
                5,
                5,
                7,
                NOW,
                Optional.empty(),
                Map.of("auc", 0.86),
                Map.of("basel", "PERMITTED"),
                state == JobState.PAUSED ? Optional.of(OWNER) : Optional.empty(),
                Optional.empty(),
                Priority.NORMAL);
    }
}
