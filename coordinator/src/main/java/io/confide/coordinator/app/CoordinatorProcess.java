package io.confide.coordinator.app;

import io.confide.common.crypto.SigningKey;
import io.confide.common.files.CoordinatorConfig;
import io.confide.common.files.CoordinatorConfig.Cluster;
import io.confide.common.governance.EventLog;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.storage.PrivateFiles;
import io.confide.common.vector.MaskWarmUp;
import io.confide.coordinator.aggregate.FileInputStaging;
import io.confide.coordinator.cluster.ClusterNode;
import io.confide.coordinator.driver.Desk;
import io.confide.coordinator.driver.DriverTimes;
import io.confide.coordinator.driver.Governor;
import io.confide.coordinator.driver.Jobs;
import io.confide.coordinator.driver.QueuedJobs;
import io.confide.coordinator.driver.Shell;
import io.confide.coordinator.driver.SiteDirectory;
import io.confide.coordinator.http.ManagementServer.Readiness;
import io.confide.coordinator.http.SessionMemory;
import io.confide.coordinator.http.SessionSeal;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcEnrolments;
import io.confide.coordinator.jdbc.JdbcJobStore;
import io.confide.coordinator.jdbc.JdbcLeases;
import io.confide.coordinator.jdbc.JdbcPlaces;
import io.confide.coordinator.jdbc.JdbcRoundLog;
import io.confide.coordinator.jdbc.JdbcSessions;
import io.confide.coordinator.jdbc.SqliteUrl;
import io.confide.coordinator.oidc.OpenIdProvider;
import io.confide.coordinator.pki.Authority;
import io.confide.coordinator.port.AuditLog;
import io.confide.coordinator.port.IdentityProvider;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.telemetry.MeasuredLeases;
import io.confide.coordinator.telemetry.MeasuredLog;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;

/**
 * A running coordinator. Its home holds {@code authority/}, {@code identity/}, {@code admin.token} (0600, made at the
 * first start), the database, {@code data/events.jsonl}, and, while it listens, {@code ready.json}: {@code
 * {"sites":port,"people":port,"management":port,"pid":n,"warmedUpBytes":n,"coordinatorKey":hex}}: the bytes of masks that
 * were made before it listens, so that the first round is as fast as those after it.
 */
public final class CoordinatorProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorProcess.class);

    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private volatile Readiness readiness = Readiness.STARTING;
    private Ports ports = new Ports(0, 0, 0);

    private CoordinatorProcess() {}

    /** The ports it listens on. */
    public record Ports(int sites, int people, int management) {}

    /**
     * Starts a coordinator and returns when all three ports listen.
     *
     * @throws ConfideException PORT_IN_USE, DISK_FULL, BAD_FILE, CONFLICT: one sentence each; nothing keeps running
     *     then
     */
    public static CoordinatorProcess start(CoordinatorConfig config, Path home) {
        var process = new CoordinatorProcess();
        boolean started = false;
        try {
            process.begin(config, home);
            started = true;
            return process;
        } finally {
            if (!started) {
                process.close();
            }
        }
    }

    private <C extends AutoCloseable> C opened(C resource) {
        opened.push(resource);
        return resource;
    }

    private void begin(CoordinatorConfig config, Path directory) {
        var home = opened(Home.open(directory));
        var key = opened(home.identity(random));
        var data = home.resolve(config.dataDir());
        var accounts = FileAccounts.open(home.resolve(config.users()), random);
        Optional<IdentityProvider> signOn =
                config.signOn().map(settings -> OpenIdProvider.open(settings, home::resolve));
        var database = opened(Database.open(store(config, directory)));
        var governor = opened(new Governor(opened(events(data)), clock));
        var authority = Authority.open(home.resolve("authority"), clock, random);
        var sessionKey = home.sessionKey(random);
        var cluster = config.cluster().map(member -> opened(join(member, home, authority, key)));
        var servers = opened(new Servers(config, authority, clock));
        var gateway = cluster.map(node -> node.gateway(servers.sites())).orElse(servers.sites());
        var enrolments = new JdbcEnrolments(database);
        var staging = new FileInputStaging(data.resolve("staging"));
        var sites = new SiteDirectory(gateway, enrolments, clock);
        var metrics = servers.metrics();
        var kept = new MeasuredLog(new JdbcRoundLog(database), metrics, System::nanoTime);
        var log = cluster.map(node -> node.quorate(kept)).orElse(kept);
        var jobs = opened(new Jobs(shell(gateway, staging, log, key), governor, sites));
        var records =
                new Desk.Records(
                        new JdbcJobStore(database),
                        new MeasuredLeases(new JdbcLeases(database), metrics),
                        new JdbcPlaces(database),
                        config.cluster().map(Cluster::member).orElse(config.name()));
        var recovery = new Recovery(records.store(), records.leases(), log, clock);
        Recovery.Resume resume =
                (facts, token, seen, record) -> {
                    metrics.job(facts.job(), seen.state());
                    jobs.resume(facts, token, seen, record);
                };
        if (cluster.isEmpty()) {
            // In a cluster they may be led elsewhere, and who is connected where is not known yet.
            recovery.run(records.holder(), resume)
                    .forEach(job -> jobs.interrupted(job.job(), "FAILED: " + job.sentence()));
        }
        var roster = new RosterSource(config.roster().map(home::resolve), key.publicKey());
        var warm = MaskWarmUp.run(random);
        var queued =
                opened(
                        new QueuedJobs(
                                jobs,
                                records,
                                log,
                                new QueuedJobs.Rules(
                                        config.jobs(),
                                        () -> cluster.stream().allMatch(ClusterNode::isQuorate),
                                        metrics::jobsQueued),
                                clock));
        var desk = new Desk(jobs, queued, records, sites, governor, roster, clock, random);
        var leadership =
                opened(
                        new Leadership(
                                jobs,
                                records.leases(),
                                records.holder(),
                                recovery,
                                resume,
                                cluster,
                                Leadership.Pace.STANDARD));
        cluster.ifPresent(
                node ->
                        node.serve(
                                new ClusterNode.Local(jobs, desk, staging, servers.sites()),
                                leadership::orphaned));
        leadership.begin();
        queued.begin();
        ports =
                servers.start(
                        new Servers.Backing(
                                cluster.map(node -> node.inbox(jobs)).orElse(jobs),
                                cluster.map(node -> node.rounds(jobs)).orElse(jobs),
                                cluster.map(node -> node.desk(desk)).orElse(desk),
                                cluster.map(node -> node.staging(staging)).orElse(staging),
                                enrolments,
                                authority,
                                new Servers.People(
                                        accounts,
                                        signOn,
                                        governor,
                                        new FileAuditLog(
                                                log(data), () -> keeper(records.holder(), cluster)),
                                        new JdbcSessions(database),
                                        new SessionSeal(sessionKey),
                                        cluster.isPresent()
                                                ? SessionMemory.Reach.EVERY_MEMBER
                                                : SessionMemory.Reach.ONE_PROCESS),
                                home.adminToken(random),
                                () -> readiness(database, data, cluster)),
                        random);
        readiness = Readiness.READY;
        home.ready(ports, key.publicKey(), warm);
        LOG.info(
                "event=listening sites={} people={} management={} authority={}",
                ports.sites(),
                ports.people(),
                ports.management(),
                authority.fingerprint().shortHex());
    }

    /** The members of a cluster are processes of one coordinator if they have its key and its authorities. */
    private ClusterNode join(Cluster member, Home home, Authority authority, SigningKey key) {
        var members = Authority.open(home.resolve("authority").resolve("members"), clock, random);
        var seal =
                Digest.of(
                        key.publicKey().toArray(),
                        authority.fingerprint().value().toArray(),
                        members.fingerprint().value().toArray());
        return ClusterNode.join(member, seal.hex(), UUID.randomUUID(), members.memberIdentity());
    }

    private static Optional<AuditLog.Keeper> keeper(String member, Optional<ClusterNode> cluster) {
        return cluster.map(
                node ->
                        new AuditLog.Keeper(
                                member,
                                node.names().values().stream()
                                        .filter(name -> !name.equals(member))
                                        .sorted()
                                        .toList()));
    }

    private Shell shell(SiteGateway gateway, InputStaging staging, RoundLog log, SigningKey key) {
        return new Shell(
                gateway,
                opened(new ScheduledTimers()),
                clock,
                staging,
                log,
                key,
                DriverTimes.STANDARD);
    }

    private static EventLog events(Path data) {
        PrivateFiles.createDirectory(data);
        return EventLog.open(log(data));
    }

    private static Path log(Path data) {
        return data.resolve("events.jsonl");
    }

    private static String store(CoordinatorConfig config, Path home) {
        var sqlite = SqliteUrl.of(config.store(), home);
        sqlite.ifPresent(
                place -> {
                    // SQLite would create it, and the files beside it, readable by everybody.
                    PrivateFiles.createDirectory(PrivateFiles.parent(place.file()));
                    PrivateFiles.createEmpty(place.file());
                });
        return sqlite.map(SqliteUrl::url).orElseGet(config::store);
    }

    private Readiness readiness(Database database, Path data, Optional<ClusterNode> cluster) {
        if (readiness != Readiness.READY) {
            return readiness;
        }
        if (!database.answers()) {
            return Readiness.STORE_UNAVAILABLE;
        }
        if (!cluster.map(ClusterNode::isQuorate).orElse(true)) {
            return Readiness.TOO_FEW_MEMBERS;
        }
        return new WriteProbe(database, data).succeeds() ? Readiness.READY : Readiness.NOT_WRITABLE;
    }

    public Ports ports() {
        return ports;
    }

    /**
     * Stops listening, leaves running jobs where they stand for the next start, closes the database and removes {@code
     * ready.json}.
     */
    @Override
    public void close() {
        readiness = Readiness.STOPPING;
        while (!opened.isEmpty()) {
            var resource = opened.pop();
            try {
                resource.close();
            } catch (Exception e) {
                LOG.warn("event=close-failed what={}", resource.getClass().getSimpleName(), e);
            }
        }
    }
}
