package io.confide.coordinator.driver;

import io.confide.common.governance.EventLog;
import io.confide.common.model.Bytes;
import io.confide.common.model.Feature;
import io.confide.common.model.Groups;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Priority;
import io.confide.common.model.Rotation;
import io.confide.common.model.Rounding;
import io.confide.common.model.Study;
import io.confide.common.model.SumAudit;
import io.confide.common.model.Training;
import io.confide.coordinator.aggregate.FileInputStaging;
import io.confide.coordinator.app.ScheduledTimers;
import io.confide.coordinator.job.JobMachine;
import io.confide.coordinator.port.InMemoryEnrolments;
import io.confide.coordinator.port.InMemoryRoundLog;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RoundView;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A coordinator's jobs and simulated sites in one process. */
final class Consortium implements AutoCloseable {
    static final JobId JOB = new JobId(new UUID(7, 7));
    static final Duration BOUND = Duration.ofSeconds(60);

    /** Short, but long enough for a busy machine to answer in. */
    static final DriverTimes QUICK =
            new DriverTimes(
                    Duration.ofMillis(200),
                    Duration.ofMillis(1500),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5));

    final SimSites sites;
    final InMemoryRoundLog log = new InMemoryRoundLog();
    final Jobs jobs;
    private final ScheduledTimers timers = new ScheduledTimers();
    private final EventLog events;

    Consortium(int n, int colluders, Path directory, DriverTimes times) {
        this(n, colluders, directory, times, Optional.empty());
    }

    Consortium(int n, int colluders, Path directory, DriverTimes times, Optional<RoundLog> other) {
        sites = new SimSites(n, colluders);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        events = EventLog.open(directory.resolve("events.jsonl"));
        var clock = InstantSource.system();
        var shell =
                new Shell(
                        sites,
                        timers,
                        clock,
                        new FileInputStaging(directory.resolve("staging")),
                        other.orElse(log),
                        sites.coordinatorKey,
                        times);
        jobs =
                new Jobs(
                        shell,
                        new Governor(events, clock),
                        new SiteDirectory(sites, new InMemoryEnrolments(), clock));
        sites.attach(jobs);
    }

    /** Starts {@code plan} as {@link #JOB}. */
    void start(Plan plan) {
        var token = log.take(JOB, "test", Duration.ofSeconds(10)).orElseThrow();
        var facts = JobFacts.of(JOB, plan, sites.roster, "ada");
        jobs.start(facts, token, submitted(facts));
    }

    /** What people see of a job that was submitted now. */
    static JobView submitted(JobFacts facts) {
        var before = JobMachine.start(facts.jobRules(), Collections.emptySortedSet()).next();
        return new JobPage(facts, InstantSource.system(), Optional.empty(), Priority.NORMAL)
                .view(before);
    }

    /** Waits for the job to end and returns what people see of it. */
    JobView await() {
        jobs.await(JOB, BOUND);
        return lastView();
    }

    JobView lastView() {
        return entries(LogEntry.JobChanged.class).getLast().view();
    }

    List<RoundView> rounds() {
        return entries(LogEntry.RoundEnded.class).stream().map(LogEntry.RoundEnded::view).toList();
    }

    /** The models in the order in which they were made. */
    List<ModelState> models() {
        return entries(LogEntry.ModelMade.class).stream()
                .map(made -> ModelState.parse(made.state()))
                .toList();
    }

    <E extends LogEntry> List<E> entries(Class<E> type) {
        var found = new ArrayList<E>();
        for (var entry : log.all(JOB)) {
            if (type.isInstance(entry)) {
                found.add(type.cast(entry));
            }
        }
        return found;
    }

    static Plan plan(int sites, int rounds, int folds, int minimumIncluded, int roundSeconds) {
        var features = new ArrayList<Feature>();
        for (int i = 0; i < Math.max(sites, 2); i++) {
            features.add(
                    new Feature(
                            "f" + i,
                            Feature.Kind.NUMBER,
                            Optional.empty(),
                            Optional.empty(),
                            Feature.Transform.NONE,
                            0,
                            1));
        }
        return new Plan(
                "test",
                new Study(
                        "study",
                        "to test",
                        "nobody@example.org",
                        new Study.Dictionary(
                                new Study.Label("label", "meaning"),
                                "id",
                                features,
                                Study.Missing.ZERO_AFTER_SCALING)),
                new ModelSpec.Logistic(),
                new Training(Training.Mode.FEDAVG, rounds, 1, 0, 0.1, 0),
                new Plan.Aggregation(minimumIncluded, 1, 2.0, 24, 1 << 20, roundSeconds),
                new Plan.Evaluation(folds, 1, 10),
                Plan.Release.WEIGHTS,
                Bytes.wrap(new byte[16]));
    }

    /** {@code plan} with sums that are over the same sites or differ in at least two. */
    static Plan apart(Plan plan) {
        var sums = plan.aggregation();
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(
                        sums.minimumIncluded(),
                        sums.colluders(),
                        sums.clipNorm(),
                        sums.bits(),
                        sums.recordsMax(),
                        sums.roundSeconds(),
                        sums.rounding(),
                        sums.rotation(),
                        2,
                        sums.groups()),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }

    /** {@code plan} that asks for an audit of its sums. */
    static Plan audited(Plan plan) {
        var sums = plan.aggregation();
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(
                        sums.minimumIncluded(),
                        sums.colluders(),
                        sums.clipNorm(),
                        sums.bits(),
                        sums.recordsMax(),
                        sums.roundSeconds(),
                        sums.rounding(),
                        sums.rotation(),
                        sums.minimumDifference(),
                        sums.groups(),
                        SumAudit.ON,
                        sums.earlyClose()),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }

    /** {@code plan} whose sites are summed in groups. */
    static Plan grouped(Plan plan, Groups groups) {
        var sums = plan.aggregation();
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(
                        sums.minimumIncluded(),
                        sums.colluders(),
                        sums.clipNorm(),
                        sums.bits(),
                        sums.recordsMax(),
                        sums.roundSeconds(),
                        Rounding.NEAREST,
                        sums.rotation(),
                        sums.minimumDifference(),
                        Optional.of(groups)),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }

    /** {@code plan} with updates that are rotated, and rounded to the nearest. */
    static Plan rotated(Plan plan) {
        return nearest(plan, Rotation.HADAMARD);
    }

    /** {@code plan} with updates that are rounded to the nearest, so that two runs of it give the same bytes. */
    static Plan nearest(Plan plan) {
        return nearest(plan, Rotation.NONE);
    }

    private static Plan nearest(Plan plan, Rotation rotation) {
        var sums = plan.aggregation();
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(
                        sums.minimumIncluded(),
                        sums.colluders(),
                        sums.clipNorm(),
                        sums.bits(),
                        sums.recordsMax(),
                        sums.roundSeconds(),
                        Rounding.NEAREST,
                        rotation,
                        sums.minimumDifference(),
                        sums.groups()),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }

    @Override
    public void close() {
        jobs.close();
        sites.close();
        timers.close();
        events.close();
    }
}
