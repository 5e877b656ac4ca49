package io.confide.e2e;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Target;
import io.confide.common.model.JobId;
import io.confide.common.model.Priority;
import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.PlanView;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.RunningView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.port.Views.SpentSoFarView;
import io.confide.coordinator.port.Views.StudyView;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One made-up job over made-up sites, moved along by a test; beside it others that stand still. Thread-safe. */
final class ScriptedDesk extends StillDesk {
    static final String OWNER = "researcher";
    static final JobId JOB = MadeUpViews.job("this one");

    private static final int ROUNDS = 40;

    /** Between the submission and the first round. */
    private static final Duration SETTING_UP = Duration.ofSeconds(75);

    final List<String> sites;
    private final List<String> cohort;
    final String name;
    private final JobId id;
    private final StudyView study;
    private final Clock clock;
    private final Map<String, Instant> away = new HashMap<>();
    private final Map<Long, Instant> openings = new HashMap<>();
    final MadeUpPast past = new MadeUpPast();
    final List<JobView> others = new CopyOnWriteArrayList<>();
    private final int threshold;

    volatile int needed;
    final Map<String, String> verdicts = new ConcurrentSkipListMap<>();
    private Instant begun;
    private Optional<Instant> ended = Optional.empty();
    private final List<EventView> events = new ArrayList<>();
    private final List<EventView> passed = new ArrayList<>();
    private final List<Consumer<EventView>> listeners = new CopyOnWriteArrayList<>();
    private JobState state = JobState.TRAINING;
    private Optional<String> reason = Optional.empty();
    private int done;
    private int rounds;
    private boolean model;
    private volatile Optional<PrivacyView> privacy = Optional.empty();
    private Optional<OpenRoundView> open = Optional.empty();
    volatile int deadlineSeconds = 30;
    private String task = "train final";

    ScriptedDesk(String name, List<String> sites) {
        this(name, new StudyView(name, name, name), sites);
    }

    ScriptedDesk(String name, StudyView study, List<String> sites) {
        this(JOB, name, study, sites, Clock.systemUTC());
    }

    /** A job of {@code study}, of which everything was so long {@code ago}. */
    static ScriptedDesk past(Duration ago, String name, StudyView study, List<String> sites) {
        var clock = Clock.offset(Clock.systemUTC(), ago.negated());
        return new ScriptedDesk(MadeUpViews.job(name), name, study, sites, clock);
    }

    private ScriptedDesk(JobId id, String name, StudyView study, List<String> sites, Clock clock) {
        this.id = id;
        this.name = name;
        this.study = study;
        this.clock = clock;
        this.sites = List.copyOf(sites);
        this.cohort = new ArrayList<>(sites);
        this.threshold = sites.size() * 2 / 3 + 1;
        sites.forEach(site -> verdicts.put(site, "permitted"));
        this.begun = clock.instant().minusSeconds(600);
        happen(begun, "state", Map.of("state", "TRAINING"));
    }

    static ScriptedDesk of(int sites) {
        String pattern = sites > 9 ? "site-%03d" : "site-%d";
        var names = IntStream.rangeClosed(1, sites).mapToObj(pattern::formatted).toList();
        return new ScriptedDesk("two-year-risk", names);
    }

    /** Keeps an event and shows it. */
    synchronized void happen(Instant at, String kind, Map<String, Object> data) {
        var event = new EventView(events.size() + 1, at, kind, data);
        events.add(event);
        listeners.forEach(listener -> listener.accept(event));
    }

    void pass(Instant at, String kind, long round, String site) {
        pass(at, kind, Map.of("round", round, "site", site));
    }

    /** Shows an event that is not kept; as at the real desk, whoever comes later is told those of the newest round. */
    synchronized void pass(Instant at, String kind, Map<String, Object> data) {
        var event = new EventView(events.size(), at, kind, data);
        passed.add(event);
        listeners.forEach(listener -> listener.accept(event));
    }

    /** {@code site} has no connection from {@code at} on. */
    synchronized void leaves(Instant at, String site) {
        away.put(site, at);
    }

    /** Opens the next round and returns its number; with the first the job begins. */
    synchronized long open(Instant at) {
        if (rounds == 0) {
            begun = at;
            events.set(0, new EventView(1, begun, "state", Map.of("state", "TRAINING")));
        }
        rounds++;
        openings.put((long) rounds, at);
        passed.clear();
        open = Optional.of(MadeUpRounds.open(rounds, at, cohort, deadlineSeconds));
        happen(at, "roundOpened", MadeUpRounds.opened(rounds, task, cohort, deadlineSeconds));
        return rounds;
    }

    synchronized void drop(Instant at, long round, String site, String step, String reason) {
        happen(at, "dropped", Map.of("round", round, "site", site, "step", step, "reason", reason));
    }

    /** Ends a round in which everybody but {@code dropped} is included, after {@code seconds}. */
    synchronized void close(Instant at, long round, double seconds, Set<String> dropped) {
        var data = MadeUpRounds.done(round, task, cohort, dropped, seconds);
        if (privacy.isEmpty() && task.startsWith("train")) {
            // Beside noise there is nothing else in a sum.
            data.put("loss", 0.25 + 0.45 / round);
        }
        past.closed(round, cohort, dropped, seconds);
        done++;
        open = Optional.empty();
        happen(at, "roundDone", data);
    }

    /** Ends a round without a sum. */
    synchronized void giveUp(Instant at, long round, String reason) {
        open = Optional.empty();
        happen(at, "roundFailed", MadeUpRounds.failed(round, cohort.size(), reason));
    }

    /** Goes on without {@code site}: the cohorts of later rounds have one member less. */
    synchronized void without(String site) {
        cohort.remove(site);
    }

    /** Rounds that ended in the past, each of {@code seconds}; every seventh without the last site. */
    void history(int count, double seconds) {
        var at = clock.instant().minusMillis(Math.round((count + 1) * seconds * 1000) + 5000);
        for (int i = 0; i < count; i++) {
            long round = open(at);
            at = at.plusMillis(Math.round(seconds * 1000));
            close(at, round, seconds, round % 7 == 0 ? Set.of(sites.getLast()) : Set.of());
        }
    }

    /** Models of {@code folds} folds and a final one, each of {@code rounds} rounds, evaluated as the real ones are. */
    void folds(int folds, int rounds, double seconds) {
        for (int fold = 0; fold <= folds; fold++) {
            task = fold < folds ? "train fold " + fold : "train final";
            history(rounds, seconds);
            if (fold < folds) {
                evaluate(fold, Set.of(), seconds);
            }
        }
    }

    /** A fold that was evaluated without {@code lost}. */
    void evaluate(int fold, Set<String> lost) {
        evaluate(fold, lost, 9);
    }

    private void evaluate(int fold, Set<String> lost, double seconds) {
        task = "evaluate fold " + fold;
        long round = open(clock.instant().minusMillis(Math.round(seconds * 1000)));
        close(clock.instant(), round, seconds, lost);
        happen(clock.instant(), "metrics", past.evaluated(task, round));
    }

    /** An open round in which some have uploaded and one has dropped. */
    void runningWithOneLost() {
        long round = open(clock.instant().minusSeconds(10));
        for (String site : sites.subList(0, 4)) {
            pass(clock.instant().minusSeconds(1), "uploaded", round, site);
        }
        drop(clock.instant(), round, sites.get(5), "upload", "connection lost");
    }

    /** The plan promises every record at most {@code epsilon}. */
    void promise(double epsilon) {
        privacy = Optional.of(MadeUpViews.promise(epsilon, ROUNDS, threshold));
    }

    synchronized void waits(String why) {
        moves("state", JobState.AWAITING_APPROVAL, Optional.of(why));
    }

    synchronized void fail(String reason) {
        moves("ended", JobState.FAILED, Optional.of(reason));
    }

    synchronized void complete() {
        model = true;
        moves("ended", JobState.COMPLETED, Optional.empty());
    }

    /** The job is complete, and the events that say so are still on their way to every reader. */
    synchronized void completeUnheard() {
        state = JobState.COMPLETED;
        ended = Optional.of(clock.instant());
    }

    private void moves(String kind, JobState as, Optional<String> why) {
        state = as;
        ended = as.isLive() ? Optional.empty() : Optional.of(clock.instant());
        reason = why;
        happen(clock.instant(), kind, Map.of("state", as.name(), "reason", why));
    }

    @Override
    public List<JobView> jobs() {
        return Stream.concat(Stream.of(view()), others.stream())
                .sorted(Comparator.comparing(JobView::submitted).reversed())
                .toList();
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return jobs().stream().filter(view -> view.id().equals(job.toString())).findFirst();
    }

    @Override
    public Optional<PrivacyView> privacy(JobId job) {
        return privacy;
    }

    @Override
    public synchronized Optional<SpentSoFarView> spent(JobView job) {
        // A round that was given up is spent, too.
        int opened = job.roundsDone() + (job.state() == JobState.FAILED ? 1 : 0);
        boolean own = job.id().equals(id.toString());
        return privacy.map(promised -> promised.spentAfter(own ? rounds : opened));
    }

    @Override
    public boolean promisesNothing(JobView job) {
        return privacy.isEmpty();
    }

    @Override
    public synchronized Optional<JobView> cancel(JobId job, Actor actor) {
        decisions().require(actor, Action.CANCEL_JOB, new Target.Job(job, OWNER));
        moves("ended", JobState.CANCELLED, Optional.of("Cancelled by administrator."));
        return Optional.of(view());
    }

    @Override
    public synchronized Optional<JobView> pause(JobId job, Actor actor) {
        decisions().require(actor, Action.PAUSE_JOB, new Target.Job(job, OWNER));
        moves("state", JobState.PAUSED, Optional.of("Paused by " + actor.id()));
        return Optional.of(view());
    }

    @Override
    public synchronized Optional<JobView> resume(JobId job, Actor actor) {
        decisions().require(actor, Action.RESUME_JOB, new Target.Job(job, OWNER));
        moves("state", JobState.TRAINING, Optional.empty());
        return Optional.of(view());
    }

    @Override
    public synchronized Optional<CostView> cost(JobId job) {
        int folds = past.evaluations().size();
        return Optional.of(MadeUpViews.cost(ROUNDS, sites.size(), folds, past.sums()))
                .filter(_ -> job.equals(id));
    }

    /** Only the one that a test moves along has one before it. */
    @Override
    public Optional<PlanView> plan(JobId job) {
        var before = Optional.of(begun).filter(_ -> job.equals(JOB));
        return Optional.of(MadeUpViews.plan(name, study, before)).filter(_ -> job.equals(id));
    }

    @Override
    public synchronized Optional<RoundEvidence> round(JobId job, long round) {
        return job.equals(id) && round < rounds
                ? Optional.of(MadeUpEvidence.of(job, round, sites, threshold, openings.get(round)))
                : Optional.empty();
    }

    @Override
    public synchronized List<SiteView> sites() {
        return sites.stream()
                .map(
                        site ->
                                MadeUpViews.site(
                                        site,
                                        study.name(),
                                        Optional.ofNullable(away.get(site)),
                                        begun,
                                        past.delays(site)))
                .toList();
    }

    @Override
    public synchronized List<RunningView> running() {
        return !state.isLive()
                ? List.of()
                : List.of(MadeUpRounds.running(id, open, events, passed));
    }

    @Override
    public List<StudyView> studies() {
        return List.of(study);
    }

    @Override
    public synchronized Optional<ModelDetails> model(JobId job) {
        return model && job.equals(id)
                ? ended.map(made -> MadeUpViews.model(view(), made, past))
                : Optional.empty();
    }

    @Override
    public synchronized List<EventView> events(JobId job, long after) {
        var own = job.equals(id) ? events : List.<EventView>of();
        return own.stream().filter(event -> event.sequence() > after).toList();
    }

    @Override
    public synchronized Subscription subscribe(JobId job, Consumer<EventView> listener) {
        if (!job.equals(id)) {
            return () -> {};
        }
        listeners.add(listener);
        passed.forEach(listener);
        return () -> listeners.remove(listener);
    }

    /** The one that a test moves along. */
    synchronized JobView view() {
        return new JobView(
                id.toString(),
                name,
                study.name(),
                OWNER,
                state,
                MadeUpViews.hash(name),
                reason,
                done,
                ROUNDS,
                1,
                threshold,
                Math.max(threshold, needed),
                sites.size(),
                begun.minus(SETTING_UP),
                ended,
                past.metrics(),
                Map.copyOf(verdicts),
                state == JobState.PAUSED ? Optional.of(OWNER) : Optional.empty(),
                Optional.empty(),
                Priority.NORMAL);
    }
}
