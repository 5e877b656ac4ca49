package io.confide.e2e;

import io.confide.common.crypto.SigningKey;
import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.files.PlanJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.Priority;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.Roster;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.aggregate.FileInputStaging;
import io.confide.coordinator.driver.Desk;
import io.confide.coordinator.driver.DriverTimes;
import io.confide.coordinator.driver.Governor;
import io.confide.coordinator.driver.Jobs;
import io.confide.coordinator.driver.QueuedJobs;
import io.confide.coordinator.driver.Shell;
import io.confide.coordinator.driver.SiteDirectory;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcEnrolments;
import io.confide.coordinator.jdbc.JdbcJobStore;
import io.confide.coordinator.jdbc.JdbcLeases;
import io.confide.coordinator.jdbc.JdbcPlaces;
import io.confide.coordinator.jdbc.JdbcRoundLog;
import io.confide.coordinator.job.Planner;
import io.confide.coordinator.port.Enrolments;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RoundView;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A consortium of many sites with a long past, in the tables of a real database, written by the adapters that a running
 * coordinator writes with. Nobody trains: its sites are connected to nothing.
 */
final class Crowd {
    static final int SITES = 500;
    static final int JOBS = 200;
    static final int ROUNDS = 5_000;
    static final JobId LONG_JOB = new JobId(new UUID(500, 1));

    private static final int PLANNED = 6_000;

    /** Jobs that wait for approval; the others but the long one have ended. */
    private static final int WAITING = 12;

    private static final int AWAY = 9;
    private static final int BATCH = 250;
    private static final String JOB =
            """
            job: two-year-risk
            study: two-year-risk
            model: {kind: logistic}
            training: {mode: fedavg, rounds: %d, localEpochs: 3}
            aggregation: {minimumIncluded: 200, recordsMax: 100}
            evaluation: {split: {kFold: 2}}
            release: {wish: weights}
            """
                    .formatted(PLANNED / 3);

    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();
    private final Instant now = clock.instant();
    private final Database database;
    private final List<SiteId> sites = new ArrayList<>();
    private final SigningKey key = SigningKey.generate(random);
    private final Roster roster;
    private final Plan plan;

    Crowd(Database database) {
        this.database = database;
        var members = new ArrayList<Roster.Member>();
        for (int i = 1; i <= SITES; i++) {
            var site = new SiteId("site-%03d".formatted(i));
            sites.add(site);
            members.add(new Roster.Member(site, SigningKey.generate(random).publicKey()));
        }
        roster = new Roster(1, 1, key.publicKey(), members);
        plan = Planner.plan(Planner.read(JOB, Consortium.STUDY), roster, Bytes.wrap(new byte[16]));
    }

    /** Fills the tables and returns the desk over them. */
    Desk desk(Path directory, Governor governor) throws FencedException {
        var enrolments = new JdbcEnrolments(database);
        sites.forEach(site -> enrol(enrolments, site));
        var store = new JdbcJobStore(database);
        for (int i = 0; i < JOBS; i++) {
            store.insert(view(i), PlanJson.bytes(plan), plan.study(), roster.bytes());
        }
        rounds();
        return desk(store, directory, governor);
    }

    private void enrol(Enrolments enrolments, SiteId site) {
        var hash =
                Digest.of(site.value().getBytes(java.nio.charset.StandardCharsets.UTF_8)).value();
        enrolments.issue(site, hash, now.plusSeconds(60));
        enrolments.redeem(
                hash,
                now,
                _ ->
                        new Enrolments.Enrolment(
                                site, hash, hash, now, Optional.of(now.plus(Duration.ofDays(80)))));
    }

    private Desk desk(JdbcJobStore store, Path directory, Governor governor) {
        var connected = sites.stream().skip(AWAY).collect(Collectors.toSet());
        var gateway =
                new SiteGateway() {
                    @Override
                    public void send(SiteId site, CoordinatorBody body) {}

                    @Override
                    public Set<SiteId> connected() {
                        return connected;
                    }
                };
        var known = new SiteDirectory(gateway, new JdbcEnrolments(database), clock);
        var jobs =
                new Jobs(
                        new Shell(
                                gateway,
                                (_, _) -> () -> {},
                                clock,
                                new FileInputStaging(directory.resolve("staging")),
                                new JdbcRoundLog(database),
                                key,
                                DriverTimes.STANDARD),
                        governor,
                        known);
        sites.forEach(site -> jobs.connected(site, greeting(), SiteInbox.Session.NEW));
        sites.subList(0, AWAY).forEach(jobs::lost);
        var records =
                new Desk.Records(
                        store, new JdbcLeases(database), new JdbcPlaces(database), "localhost");
        var queued =
                new QueuedJobs(
                        jobs,
                        records,
                        new JdbcRoundLog(database),
                        QueuedJobs.Rules.of(JobLimits.STANDARD),
                        clock);
        return new Desk(jobs, queued, records, known, governor, () -> roster, clock, random);
    }

    private SiteBody.Greeting greeting() {
        var boot = new byte[16];
        random.nextBytes(boot);
        return new SiteBody.Greeting(
                Bytes.wrap(boot),
                now,
                "confide-participant 0.1.0",
                List.of(new SiteBody.Dataset("patients", "two-year-risk", List.of("age"))),
                new Capacity(8, 16_384, Optional.empty()));
    }

    /** The newest is the long one, which runs. */
    private JobView view(int i) {
        boolean over = i > WAITING;
        var state =
                i == 0
                        ? JobState.TRAINING
                        : !over
                                ? JobState.AWAITING_APPROVAL
                                : i % 7 == 0 ? JobState.FAILED : JobState.COMPLETED;
        var verdicts = new TreeMap<String, String>();
        sites.forEach(site -> verdicts.put(site.value(), "permitted"));
        return new JobView(
                i == 0 ? LONG_JOB.toString() : new UUID(500, i + 1).toString(),
                i == 0 ? "two-year-risk" : "risk-" + i,
                "two-year-risk",
                "rita",
                state,
                PlanJson.hash(plan).hex(),
                state == JobState.FAILED
                        ? Optional.of("Too few sites were there.")
                        : Optional.empty(),
                i == 0 ? ROUNDS : state == JobState.COMPLETED ? plan.schedule().size() : 0,
                plan.schedule().size(),
                1,
                roster.t(),
                roster.mMin(),
                SITES,
                now.minus(Duration.ofHours(i + 1)),
                over ? Optional.of(now.minus(Duration.ofHours(i))) : Optional.empty(),
                state == JobState.COMPLETED ? Map.of("auc", 0.84) : Map.of(),
                verdicts,
                Optional.empty(),
                Optional.empty(),
                Priority.NORMAL);
    }

    /** {@code job} when so many of its rounds are done. */
    static JobView after(JobView job, int rounds) {
        return new JobView(
                job.id(),
                job.name(),
                job.study(),
                job.owner(),
                job.state(),
                job.planHash(),
                job.reason(),
                rounds,
                job.roundsPlanned(),
                job.epoch(),
                job.threshold(),
                job.needed(),
                job.rosterSize(),
                job.submitted(),
                job.ended(),
                job.metrics(),
                job.siteVerdicts(),
                job.pausedBy(),
                job.retryOf(),
                job.priority());
    }

    private void rounds() throws FencedException {
        var log = new JdbcRoundLog(database);
        var token =
                new JdbcLeases(database)
                        .take(LONG_JOB, "localhost", Duration.ofMinutes(1))
                        .orElseThrow();
        var entries = new ArrayList<LogEntry>();
        long events = 0;
        var everybody = sites.stream().map(SiteId::value).toList();
        for (int round = 1; round <= ROUNDS; round++) {
            var at = now.minusMillis(400L * (ROUNDS - round + 1));
            var dropped =
                    round % 40 == 0
                            ? List.of(new DroppedView("site-007", "upload", "connection lost"))
                            : List.<DroppedView>of();
            var included = new ArrayList<>(everybody);
            dropped.forEach(drop -> included.remove(drop.site()));
            entries.add(
                    event(
                            ++events,
                            at,
                            "roundOpened",
                            Map.of(
                                    "round",
                                    round,
                                    "epoch",
                                    1,
                                    "task",
                                    "train final",
                                    "cohort",
                                    everybody,
                                    "deadlineSeconds",
                                    30)));
            for (var drop : dropped) {
                entries.add(
                        event(
                                ++events,
                                at,
                                "dropped",
                                Map.of(
                                        "round",
                                        round,
                                        "site",
                                        drop.site(),
                                        "step",
                                        drop.step(),
                                        "reason",
                                        drop.reason())));
            }
            entries.add(
                    event(
                            ++events,
                            at.plusMillis(380),
                            "roundDone",
                            Map.of(
                                    "round",
                                    round,
                                    "epoch",
                                    1,
                                    "task",
                                    "train final",
                                    "cohort",
                                    SITES,
                                    "included",
                                    included.size(),
                                    "dropped",
                                    dropped,
                                    "seconds",
                                    0.38,
                                    "loss",
                                    0.25 + 0.45 / round,
                                    "steps",
                                    Map.of())));
            entries.add(
                    new LogEntry.RoundEnded(
                            new RoundView(
                                    round,
                                    1,
                                    "train final",
                                    everybody,
                                    included,
                                    dropped,
                                    "DONE",
                                    0.38)));
            entries.add(new LogEntry.SumFixed(round, new TreeSet<>(sites)));
            if (round % BATCH == 0) {
                log.append(LONG_JOB, token, entries);
                entries.clear();
            }
        }
    }

    private static LogEntry event(
            long sequence, Instant at, String kind, Map<String, Object> data) {
        return new LogEntry.EventShown(new EventView(sequence, at, kind, data));
    }
}
