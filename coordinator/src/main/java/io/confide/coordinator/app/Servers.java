package io.confide.coordinator.app;

import io.confide.common.files.CoordinatorConfig;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.http.Address;
import io.confide.coordinator.http.ManagementServer;
import io.confide.coordinator.http.PeopleServer;
import io.confide.coordinator.http.SessionMemory;
import io.confide.coordinator.http.SessionSeal;
import io.confide.coordinator.http.Sessions;
import io.confide.coordinator.http.SitesServer;
import io.confide.coordinator.pki.Authority;
import io.confide.coordinator.pki.EnrolmentDesk;
import io.confide.coordinator.pki.TlsIdentity;
import io.confide.coordinator.port.AuditLog;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.Enrolments;
import io.confide.coordinator.port.IdentityProvider;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.OpenRounds;
import io.confide.coordinator.port.SessionStore;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Vertx;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The three ports of the coordinator and what they share. */
final class Servers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Servers.class);
    private static final int CLOSE_SECONDS_MAX = 10;
    private static final long ACCOUNTS_MILLIS = 1_000;
    private static final long OMITTED_MILLIS = 300_000;

    /** While the database is away; what is beyond it does not outlive the process. */
    private static final int SESSION_WRITES_MAX = 4096;

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final CoordinatorConfig config;
    private final InstantSource clock;
    private final TlsIdentity tls;
    private final SitesServer sites;
    private final ExecutorService sessionWriter =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(SESSION_WRITES_MAX),
                    Thread.ofVirtual().name("confide-sessions").factory());
    private volatile int peoplePort;

    Servers(CoordinatorConfig config, Authority authority, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.tls =
                authority.serverIdentity(
                        List.of(config.name(), "localhost", "127.0.0.1").stream()
                                .distinct()
                                .toList());
        this.sites =
                new SitesServer(
                        vertx,
                        SitesServer.Settings.of(address(config.sites(), "sites.port")),
                        tls,
                        clock,
                        metrics);
    }

    Metrics metrics() {
        return metrics;
    }

    /** The way to the sites; it works before the start, when nobody is there. */
    SitesServer sites() {
        return sites;
    }

    /** What the servers serve. */
    record Backing(
            SiteInbox inbox,
            OpenRounds rounds,
            JobDesk desk,
            InputStaging staging,
            Enrolments enrolments,
            Authority authority,
            People people,
            String adminToken,
            Supplier<ManagementServer.Readiness> readiness) {}

    /** Who the people are, what they may do, and what they did. */
    record People(
            FileAccounts accounts,
            Optional<IdentityProvider> signOn,
            Decisions decisions,
            AuditLog log,
            SessionStore sessions,
            SessionSeal seal,
            SessionMemory.Reach reach) {}

    /** Listens on all three ports; the sites' port comes first, because people are told where it is. */
    CoordinatorProcess.Ports start(Backing backing, SecureRandom random) {
        sites.start(
                new SitesServer.Ports(
                        backing.inbox(),
                        backing.rounds(),
                        backing.staging(),
                        backing.desk(),
                        backing.enrolments()));
        var enrolment =
                new EnrolmentDesk(
                        backing.authority(),
                        backing.enrolments(),
                        () -> url(peoplePort),
                        clock,
                        random);
        var people =
                new PeopleServer(
                        vertx,
                        PeopleServer.Settings.of(
                                address(config.people(), "people.port"),
                                backing.adminToken(),
                                url(sites.port())),
                        tls,
                        new PeopleServer.Desks(
                                backing.desk(),
                                enrolment,
                                backing.people().accounts(),
                                backing.people().decisions(),
                                backing.people().log(),
                                backing.people().signOn()),
                        new Sessions(
                                clock,
                                random,
                                Sessions.Times.usual(),
                                new SessionMemory(
                                        backing.people().sessions(),
                                        backing.people().seal(),
                                        sessionWriter,
                                        backing.people().reach())),
                        metrics);
        people.start();
        every(ACCOUNTS_MILLIS, "readAccounts", backing.people().accounts()::refresh);
        every(OMITTED_MILLIS, "tellOmitted", backing.people().decisions()::tellOmitted);
        peoplePort = people.port();
        var management =
                new ManagementServer(
                        vertx,
                        address(config.management(), "management.port"),
                        metrics,
                        backing.readiness());
        management.start();
        return new CoordinatorProcess.Ports(sites.port(), people.port(), management.port());
    }

    /** Does {@code task} on a worker now and then; a failure is logged, and the next time comes all the same. */
    private void every(long millis, String name, Runnable task) {
        vertx.setPeriodic(
                millis,
                _ ->
                        vertx.executeBlocking(
                                        () -> {
                                            task.run();
                                            return name;
                                        },
                                        false)
                                .onFailure(e -> LOG.error("event=taskFailed task={}", name, e)));
    }

    private URI url(int port) {
        return URI.create("https://%s:%d".formatted(config.name(), port));
    }

    private static Address address(CoordinatorConfig.Listener listener, String setting) {
        return new Address(listener.address(), listener.port(), setting);
    }

    /** Closes every connection and port, within a bound. */
    @Override
    public void close() {
        sites.close();
        try {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
            sessionWriter.shutdown();
            if (!sessionWriter.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOG.error("event=taskFailed task=keepSession");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new ConfideException(
                    ErrorCode.INTERNAL, "The coordinator's ports did not close in time.", e);
        } finally {
            sessionWriter.shutdownNow();
            metrics.close();
        }
    }
}
