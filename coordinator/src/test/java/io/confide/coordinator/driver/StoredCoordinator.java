package io.confide.coordinator.driver;

import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.governance.Actor;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Role;
import io.confide.common.model.JobId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.aggregate.FileInputStaging;
import io.confide.coordinator.app.ScheduledTimers;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcEnrolments;
import io.confide.coordinator.jdbc.JdbcJobStore;
import io.confide.coordinator.jdbc.JdbcLeases;
import io.confide.coordinator.jdbc.JdbcPlaces;
import io.confide.coordinator.jdbc.JdbcRoundLog;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A coordinator without its ports, over a real database file, with simulated sites. */
public final class StoredCoordinator implements AutoCloseable {
    public static final String STUDY =
            """
            study: heart
            purpose: to test the coordinator
            accountable: ada@example.org
            dictionary:
              label: {name: event, type: binary, meaning: something happened}
              patient: {name: id, role: id}
              features:
                - {name: age, type: number, center: 50, scale: 10}
                - {name: dose, type: number}
                - {name: male, type: binary}
            """;

    /** Eight rounds: two folds of two rounds and an evaluation each, and two rounds of the final model. */
    public static final String JOB =
            """
            job: first
            study: heart
            model: {kind: logistic}
            training: {rounds: 2}
            aggregation: {minimumIncluded: 3}
            evaluation: {split: {kFold: 2}, metrics: [auc]}
            release: {wish: weights}
            """;

    static final int SITES = 3;
    private static final String FILE = "confide.db";

    /** Submits jobs. */
    public static final Actor ADA = Actor.of("ada", Role.RESEARCHER);

    /** Looks into them. */
    static final Actor GRACE = Actor.of("grace", Role.AUDITOR);

    final SimSites sites;
    private final Path directory;
    private final ScheduledTimers timers = new ScheduledTimers();
    private final Database database;
    private final String url;
    private final JobLimits limits;
    private final EventLog events;
    private final RoundLog log;
    private final Desk.Records records;
    private final Jobs jobs;
    private final QueuedJobs queued;
    private final Desk desk;

    public StoredCoordinator(Path directory) {
        this(directory, Map.of());
    }

    /** @param properties of the driver, e.g. {@code max_page_count} */
    StoredCoordinator(Path directory, Map<String, String> properties) {
        this(directory, properties, new SimSites(SITES, 0));
    }

    /** With {@code sites} instead of the usual ones. */
    static StoredCoordinator of(Path directory, SimSites sites) {
        return new StoredCoordinator(directory, Map.of(), sites);
    }

    /** With its files in {@code directory} and its jobs in the database at {@code url}. */
    public static StoredCoordinator over(Path directory, String url) {
        return new StoredCoordinator(directory, Database.open(url), new SimSites(SITES, 0), url);
    }

    /** As {@link #over}, as one of several that let in jobs under {@code limits}; nobody runs beside those that it submits. */
    static StoredCoordinator member(
            String name, JobLimits limits, Path directory, String url, SimSites sites) {
        return new StoredCoordinator(directory, Database.open(url), sites, url, name, limits);
    }

    private StoredCoordinator(Path directory, Map<String, String> properties, SimSites sites) {
        this(directory, Database.open(url(directory), properties), sites, url(directory));
    }

    private StoredCoordinator(Path directory, Database database, SimSites sites, String url) {
        this(directory, database, sites, url, "localhost", JobLimits.STANDARD);
    }

    private StoredCoordinator(
            Path directory,
            Database database,
            SimSites sites,
            String url,
            String holder,
            JobLimits limits) {
        this.sites = sites;
        this.limits = limits;
        var clock = InstantSource.system();
        this.directory = directory;
        this.database = database;
        this.url = url;
        events = EventLog.open(directory.resolve("events.jsonl"));
        log = new JdbcRoundLog(database);
        records =
                new Desk.Records(
                        new JdbcJobStore(database),
                        new JdbcLeases(database),
                        new JdbcPlaces(database),
                        holder);
        var known = new SiteDirectory(sites, new JdbcEnrolments(database), clock);
        var governor = new Governor(events, clock);
        jobs =
                new Jobs(
                        new Shell(
                                sites,
                                timers,
                                clock,
                                new FileInputStaging(directory.resolve("staging")),
                                log,
                                sites.coordinatorKey,
                                Consortium.QUICK),
                        governor,
                        known);
        sites.attach(jobs);
        queued = new QueuedJobs(jobs, records, log, QueuedJobs.Rules.of(limits), clock);
        desk =
                new Desk(
                        jobs,
                        queued,
                        records,
                        known,
                        governor,
                        () -> sites.roster,
                        clock,
                        new SecureRandom());
    }

    private static String url(Path directory) {
        return "jdbc:sqlite:" + directory.resolve(FILE);
    }

    public Desk desk() {
        return desk;
    }

    QueuedJobs queued() {
        return queued;
    }

    public Desk.Records records() {
        return records;
    }

    public RoundLog log() {
        return log;
    }

    public Jobs jobs() {
        return jobs;
    }

    /**
     * This process is killed, and another one begins with the files that it leaves; the sites live on. Nothing runs there
     * before its jobs are taken up, and no site is connected before {@link #findSites}.
     */
    public StoredCoordinator killed(Path other) throws IOException {
        leaveAsKilled(other);
        sites.coordinatorDies();
        stop();
        var next = url(other);
        return new StoredCoordinator(
                other, Database.open(next), sites, next, records.holder(), limits);
    }

    /** As {@link #killed}, but the other one begins with what it finds in {@code other}, whatever that is. */
    public StoredCoordinator replacedBy(Path other) {
        sites.coordinatorDies();
        stop();
        return new StoredCoordinator(other, Map.of(), sites);
    }

    /** As {@link #killed}, over the same database: another process finds what this one has committed. */
    public StoredCoordinator killedOver(Path other) throws IOException {
        sites.coordinatorDies();
        stop();
        return new StoredCoordinator(
                Files.createDirectories(other), Database.open(url), sites, url);
    }

    /** The sites have their sessions at a member of a cluster, which goes on with them; this one leads now. */
    public void resumeSites() {
        sites.resume();
    }

    /** The sites notice that another coordinator listens. */
    public void findSites() {
        sites.comeBack();
    }

    /** The processes of all sites are other ones, with what the ones before have recorded. */
    public void restartSites() {
        sites.all().forEach(SimSite::startsAnew);
    }

    /** Most often that any site has made an input for one round, and most versions of one that have left it. */
    public record Repeats(int trainings, int inputs) {}

    public Repeats repeats() {
        return new Repeats(
                sites.all().stream()
                        .flatMap(site -> site.trainings.values().stream())
                        .mapToInt(times -> times)
                        .max()
                        .orElse(0),
                sites.all().stream()
                        .flatMap(site -> site.inputs.values().stream())
                        .mapToInt(Set::size)
                        .max()
                        .orElse(0));
    }

    /** How often any site has made an input for a round. */
    public long trainings() {
        return sites.all().stream()
                .flatMap(site -> site.trainings.values().stream())
                .mapToInt(times -> times)
                .sum();
    }

    public void connectSites() {
        sites.connectAll();
    }

    /** Runs {@code jobYaml} to its end; returns what people see then. */
    public JobView completed(String jobYaml) {
        var id = JobId.of(desk.submit(jobYaml, STUDY, ADA).id());
        return ended(id);
    }

    /** Waits for the end of {@code job}; returns what people see then. */
    public JobView ended(JobId job) {
        jobs.await(job, Consortium.BOUND);
        return desk.job(job).orElseThrow();
    }

    /** Submits {@link #JOB}; returns once {@code round} is open and waits for a site that answers after {@code until}. */
    public JobId runningIn(long round, CountDownLatch until) {
        sites.site(0).keepsBack(round, until);
        // Nothing happens before the steward of this site has answered, so that no event is missed.
        sites.site(SITES - 1).answers(SiteBody.Verdict.PENDING_APPROVAL);
        var job = JobId.of(desk.submit(JOB, STUDY, ADA).id());
        await(
                job,
                event ->
                        event.kind().equals("roundOpened")
                                && event.data().get("round").equals(round),
                () -> {
                    sites.site(SITES - 1).answers(SiteBody.Verdict.PERMITTED);
                    sites.connectAll();
                });
        return job;
    }

    /** Does {@code trigger} and waits for an event of {@code job} that comes after. */
    void await(JobId job, Predicate<EventView> awaited, Runnable trigger) {
        var seen = new CountDownLatch(1);
        try (var _ =
                desk.subscribe(
                        job,
                        event -> {
                            if (awaited.test(event)) {
                                seen.countDown();
                            }
                        })) {
            trigger.run();
            if (!seen.await(Consortium.BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("never seen: " + desk.events(job, 0));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes the database itself refuse something from now on, by a trigger. */
    void refuses(String name, String beforeAndWhen) throws SQLException {
        execute(
                "CREATE TRIGGER %s BEFORE %s BEGIN SELECT RAISE(ABORT, 'refused'); END"
                        .formatted(name, beforeAndWhen));
    }

    public void execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Puts the files of the database, as a process that is killed now leaves them, into {@code other}. */
    public void leaveAsKilled(Path other) throws IOException {
        Files.createDirectories(other);
        for (var suffix : new String[] {"", "-wal"}) {
            Files.copy(directory.resolve(FILE + suffix), other.resolve(FILE + suffix));
        }
    }

    @Override
    public void close() {
        stop();
        sites.close();
    }

    private void stop() {
        queued.close();
        jobs.close();
        timers.close();
        events.close();
        database.close();
    }
}
