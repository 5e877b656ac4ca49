package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.governance.EventLog;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.Subject;
import io.confide.common.vector.StoredVector;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.app.FileAccounts;
import io.confide.coordinator.app.FileAuditLog;
import io.confide.coordinator.driver.Governor;
import io.confide.coordinator.http.Address;
import io.confide.coordinator.http.PeopleServer;
import io.confide.coordinator.http.SitesServer;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcEnrolments;
import io.confide.coordinator.pki.Authority;
import io.confide.coordinator.pki.EnrolmentDesk;
import io.confide.coordinator.pki.TlsIdentity;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.telemetry.Metrics;
import io.confide.participant.enrol.Enrolment;
import io.confide.participant.link.Endpoint;
import io.confide.participant.link.VertxLink;
import io.confide.participant.port.CoordinatorLink;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Identity;
import io.vertx.core.Vertx;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Both real ends of the wire: enrolment, control session and data plane over real mutual TLS. */
class LinkTest {
    private static final SiteId BASEL = new SiteId("basel");
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final Bytes MODEL = random(5_000_000, 1);
    private static final Bytes VECTOR = random(9_000_000, 2);

    @TempDir Path directory;
    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final SecureRandom random = new SecureRandom();
    private final Staging staging = new Staging();
    private final LinkedBlockingQueue<Object> atCoordinator = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Object> atSite = new LinkedBlockingQueue<>();
    private Database database;
    private EventLog events;
    private TlsIdentity tls;
    private SitesServer sites;
    private PeopleServer people;
    private EnrolmentDesk desk;

    @BeforeEach
    void start() {
        database = Database.open("jdbc:sqlite:" + directory.resolve("confide.db"));
        var clock = InstantSource.system();
        var authority = Authority.open(directory.resolve("authority"), clock, random);
        tls = authority.serverIdentity(List.of("localhost"));
        desk =
                new EnrolmentDesk(
                        authority,
                        new JdbcEnrolments(database),
                        () -> URI.create("https://localhost:" + people.port()),
                        clock,
                        random);
        startSites(0);
        events = EventLog.open(directory.resolve("events.jsonl"));
        people =
                new PeopleServer(
                        vertx,
                        PeopleServer.Settings.of(
                                new Address("127.0.0.1", 0, "people.port"),
                                "0123456789abcdef",
                                URI.create("https://localhost:" + sites.port())),
                        tls,
                        new PeopleServer.Desks(
                                models(),
                                desk,
                                FileAccounts.open(directory.resolve("users.yaml"), random),
                                new Governor(events, clock),
                                new FileAuditLog(directory.resolve("events.jsonl"))),
                        new io.confide.coordinator.http.Sessions(
                                clock,
                                random,
                                io.confide.coordinator.http.Sessions.Times.usual(),
                                io.confide.coordinator.http.SessionMemory.none(new SecureRandom())),
                        metrics);
        people.start();
    }

    @AfterEach
    void stop() {
        people.close();
        sites.close();
        vertx.close().await();
        metrics.close();
        events.close();
        database.close();
    }

    @Test
    void aSiteEnrolsConnectsAndMovesVectorsBothWays() throws Exception {
        try (var link = enrolledLink("home")) {
            assertInstanceOf(CoordinatorBody.Welcome.class, next(atSite));
            assertEquals(BASEL, next(atCoordinator));

            var ended = new CoordinatorBody.JobEnded(JOB, "completed");
            sites.send(BASEL, ended);
            assertEquals(ended, next(atSite));
            var declined = new SiteBody.Declined(JOB, new Subject.Round(3), "K8");
            link.send(declined);
            assertEquals(declined, next(atCoordinator));

            assertEquals(MODEL, link.fetchModel(Digest.of(MODEL), MODEL.length(), 10_000));
            link.uploadInput(JOB, 3, StoredVector.of(VECTOR), 10_000);
            assertEquals(VECTOR, staging.whole());
        }
    }

    @Test
    void aCoordinatorThatComesBackIsFoundAgainWithANewSession() throws Exception {
        try (var _ = enrolledLink("home")) {
            next(atSite);
            assertEquals(BASEL, next(atCoordinator));
            int port = sites.port();
            sites.close();
            assertEquals("lost", next(atSite));
            startSites(port);
            var welcome = assertInstanceOf(CoordinatorBody.Welcome.class, next(atSite));
            assertEquals(CoordinatorBody.Session.NEW, welcome.session());
            assertEquals(BASEL, next(atCoordinator));
        }
    }

    @Test
    void whoeverLacksTheOtherHalfOfASessionBeginsANewOne() throws Exception {
        var declined = new SiteBody.Declined(JOB, new Subject.Round(3), "K8");
        var ended = new CoordinatorBody.JobEnded(JOB, "completed");
        for (int stay = 1; stay <= 2; stay++) {
            // Both have the boot id of one process, as a site that was at another member meanwhile.
            try (var link = stay == 1 ? enrolledLink("home") : open("home")) {
                var welcome = assertInstanceOf(CoordinatorBody.Welcome.class, next(atSite));
                assertEquals(CoordinatorBody.Session.NEW, welcome.session());
                assertEquals(BASEL, next(atCoordinator));
                link.send(declined);
                assertEquals(declined, next(atCoordinator));
                sites.send(BASEL, ended);
                assertEquals(ended, next(atSite));
            }
            assertEquals("lost", next(atCoordinator));
            atSite.clear();
        }
    }

    @Test
    void aSiteWhoseCertificateWasReplacedIsToldSo() throws Exception {
        try (var _ = enrolledLink("home")) {
            next(atSite);
        }
        atSite.clear();
        enrol("replacement");
        try (var _ = open("home")) {
            var reason = assertInstanceOf(ConfideException.class, next(atSite));
            assertEquals(ErrorCode.UNAUTHORISED, reason.code());
        }
    }

    @Test
    void aTokenWorksOnce() {
        String token = desk.invite(BASEL, EnrolmentDesk.TOKEN_LIFE).encode();
        redeem(token, "home");
        var refused = assertThrows(ConfideException.class, () -> redeem(token, "other"));
        assertEquals(ErrorCode.TOKEN_USED, refused.code());
    }

    private void startSites(int port) {
        sites =
                new SitesServer(
                        vertx,
                        SitesServer.Settings.of(new Address("127.0.0.1", port, "sites.port")),
                        tls,
                        InstantSource.system(),
                        metrics);
        sites.start(
                new SitesServer.Ports(
                        new CoordinatorSide(),
                        (_, round, _) ->
                                round == 3
                                        ? OptionalLong.of(VECTOR.length())
                                        : OptionalLong.empty(),
                        staging,
                        models(),
                        new JdbcEnrolments(database)));
    }

    private VertxLink enrolledLink(String home) {
        enrol(home);
        return open(home);
    }

    private void enrol(String home) {
        redeem(desk.invite(BASEL, EnrolmentDesk.TOKEN_LIFE).encode(), home);
    }

    private void redeem(String token, String home) {
        var enrolled =
                Enrolment.redeem(token, directory.resolve(home), InstantSource.system(), random);
        assertEquals("https://localhost:" + sites.port(), enrolled.coordinator());
    }

    private VertxLink open(String home) {
        var identity = Identity.open(new Home(directory.resolve(home)));
        var link =
                new VertxLink(
                        new Endpoint(
                                List.of(URI.create("https://localhost:" + sites.port())),
                                identity.tlsKey(),
                                identity.certificate(),
                                identity.authority()),
                        () ->
                                new SiteBody.Greeting(
                                        Bytes.wrap(new byte[16]),
                                        Instant.now(),
                                        "t",
                                        List.of(),
                                        new Capacity(2, 4096, Optional.empty())),
                        InstantSource.system(),
                        new Random(1));
        link.open(new SiteSide());
        return link;
    }

    /** A desk that knows one model and nothing else. */
    private static JobDesk models() {
        return (JobDesk)
                Proxy.newProxyInstance(
                        LinkTest.class.getClassLoader(),
                        new Class<?>[] {JobDesk.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("modelState")) {
                                return Optional.of(MODEL)
                                        .filter(model -> Digest.of(model).equals(arguments[0]));
                            }
                            throw new UnsupportedOperationException(method.getName());
                        });
    }

    private static Object next(LinkedBlockingQueue<Object> queue) throws InterruptedException {
        var next = queue.poll(15, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within 15 s");
        }
        return next;
    }

    private static Bytes random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    private final class CoordinatorSide implements SiteInbox {
        @Override
        public SortedSet<JobId> goesOn(SiteId site, Bytes bootId) {
            return Collections.emptySortedSet();
        }

        @Override
        public void connected(SiteId site, SiteBody.Greeting greeting, Session session) {
            atCoordinator.add(site);
        }

        @Override
        public void turnedAway(SiteId site, Duration ahead) {
            atCoordinator.add(ahead);
        }

        @Override
        public void lost(SiteId site) {
            atCoordinator.add("lost");
        }

        @Override
        public void received(SiteId site, SiteBody body) {
            atCoordinator.add(body);
        }
    }

    private final class SiteSide implements CoordinatorLink.Inbox {
        @Override
        public void welcomed(CoordinatorBody.Welcome welcome) {
            atSite.add(welcome);
        }

        @Override
        public void received(CoordinatorBody body) {
            atSite.add(body);
        }

        @Override
        public void lost() {
            atSite.add("lost");
        }

        @Override
        public void failed(ConfideException reason) {
            atSite.add(reason);
        }
    }

    private static final class Staging implements InputStaging {
        private final TreeMap<Integer, Bytes> chunks = new TreeMap<>();

        synchronized Bytes whole() {
            var whole = new ByteArrayOutputStream();
            chunks.values().forEach(chunk -> whole.writeBytes(chunk.toArray()));
            return Bytes.wrap(whole.toByteArray());
        }

        @Override
        public synchronized void store(
                JobId job, long round, SiteId site, int chunk, Bytes content) {
            chunks.put(chunk, content);
        }

        @Override
        public synchronized BitSet have(JobId job, long round, SiteId site) {
            var have = new BitSet();
            chunks.keySet().forEach(have::set);
            return have;
        }

        @Override
        public StoredVector open(JobId job, long round, SiteId site, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void discard(JobId job, long round) {
            chunks.clear();
        }
    }
}
