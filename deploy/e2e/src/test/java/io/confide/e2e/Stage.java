package io.confide.e2e;

import io.confide.common.crypto.PasswordHash;
import io.confide.common.files.Json;
import io.confide.common.files.Users;
import io.confide.common.files.Users.Credential;
import io.confide.common.files.Users.User;
import io.confide.common.files.UsersFile;
import io.confide.common.files.Words;
import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Event;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Role;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.app.FileAccounts;
import io.confide.coordinator.app.FileAuditLog;
import io.confide.coordinator.driver.Governor;
import io.confide.coordinator.http.Address;
import io.confide.coordinator.http.PeopleServer;
import io.confide.coordinator.http.SessionMemory;
import io.confide.coordinator.http.Sessions;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcEnrolments;
import io.confide.coordinator.pki.Authority;
import io.confide.coordinator.pki.EnrolmentDesk;
import io.confide.coordinator.pki.TlsIdentity;
import io.confide.coordinator.port.IdentityProvider;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Vertx;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The real port of the people over a desk that a test moves, without sites. */
final class Stage implements AutoCloseable {
    static final String TOKEN = "0123456789abcdef0123456789abcdef";

    /** Of every account. */
    static final String PASSWORD = "correct horse battery";

    /** As the real authority makes them. */
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(90);

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final SecureRandom random = new SecureRandom();
    private final Sessions sessions =
            new Sessions(
                    InstantSource.system(),
                    random,
                    Sessions.Times.usual(),
                    SessionMemory.none(new SecureRandom()));
    private final Database database;
    private final EventLog events;
    private final Governor governor;
    private final FileAccounts accounts;
    private final FileAuditLog log;
    private final Path users;
    private final Optional<IdentityProvider> signOn;
    private final EnrolmentDesk enrolments;
    private final TlsIdentity tls;
    private volatile JobDesk desk;
    private PeopleServer server;
    private int port;
    private boolean connected;

    Stage(Path directory, ScriptedDesk desk) {
        this(directory, desk, Optional.empty());
    }

    Stage(Path directory, ScriptedDesk desk, Optional<IdentityProvider> signOn) {
        this.signOn = signOn;
        var clock = InstantSource.system();
        var authority = Authority.open(directory.resolve("authority"), clock, random);
        database = Database.open("jdbc:sqlite:" + directory.resolve("confide.db"));
        enrolments =
                new EnrolmentDesk(
                        authority,
                        new JdbcEnrolments(database),
                        () -> URI.create(address("")),
                        clock,
                        random);
        events = EventLog.open(directory.resolve("events.jsonl"));
        governor = new Governor(events, clock);
        log = new FileAuditLog(directory.resolve("events.jsonl"));
        users = directory.resolve("users.yaml");
        accounts = FileAccounts.open(users, random);
        tls = authority.serverIdentity(List.of("localhost"));
        show(desk);
        connect();
    }

    /** Another job on the same stage. */
    void show(ScriptedDesk next) {
        next.decidedBy(governor);
        behind(next);
    }

    /** The desk behind the page from now on; it decides by {@link #governor}. */
    void behind(JobDesk next) {
        desk = next;
    }

    Database database() {
        return database;
    }

    Governor governor() {
        return governor;
    }

    /** Writes into the event log what {@code jobs} and {@code sites} have behind them, the oldest first, as the coordinator would have. */
    void done(List<JobView> jobs, List<SiteView> sites) {
        Stream.concat(
                        jobs.stream().flatMap(Stage::decided),
                        sites.stream().flatMap(Stage::enrolled))
                .sorted(Comparator.comparing(Event::time))
                .forEach(events::append);
    }

    /** Writes {@code event} into the event log. */
    void done(Event event) {
        events.append(event);
    }

    /** Invited, and certified ten minutes later. */
    private static Stream<Event> enrolled(SiteView view) {
        var certified = view.certificateEnds().orElseThrow().minus(CERTIFICATE_LIFE);
        var target = new Target.Site(new SiteId(view.id()));
        var permit = new Verdict.Permit(List.of());
        return Stream.of(
                Event.of(
                        certified.minus(Duration.ofMinutes(10)),
                        Actor.of("admin", Role.ADMIN),
                        Action.ENROL_SITE,
                        target,
                        permit),
                Event.of(certified, view.id(), "site.certificate", view.id()));
    }

    private static Stream<Event> decided(JobView job) {
        var owner = Actor.of(job.owner(), Role.RESEARCHER);
        var id = JobId.of(job.id());
        var submitted = job.submitted();
        var all = Stream.<Event>builder();
        var permit = new Verdict.Permit(List.of());
        all.add(
                Event.of(
                        submitted,
                        owner,
                        Action.SUBMIT_JOB,
                        new Target.Submission(job.name(), job.study()),
                        permit));
        if (job.state() != JobState.QUEUED && job.state() != JobState.AWAITING_APPROVAL) {
            all.add(
                    own(
                            submitted.plusSeconds(70),
                            Action.START_TRAINING,
                            "plan/" + job.planHash()));
        }
        if (job.state() == JobState.PAUSED) {
            all.add(
                    Event.of(
                            submitted.plusSeconds(300),
                            owner,
                            Action.PAUSE_JOB,
                            new Target.Job(id, job.owner()),
                            permit));
        }
        if (job.state() == JobState.COMPLETED) {
            var ended = job.ended().orElseThrow();
            all.add(own(ended, Action.RELEASE_MODEL, "model/" + id));
        }
        return all.build();
    }

    /** What the coordinator decided in its own name; there is no plan that it could be asked about. */
    private static Event own(Instant at, Action action, String target) {
        return new Event(
                at,
                "coordinator",
                action.word(),
                target,
                Optional.of("permit"),
                List.of(),
                Json.object());
    }

    /** Makes accounts of these names, which are also their roles; stewards and operators are of site-1. */
    void people(Set<Role> roles) throws IOException {
        var hash = PasswordHash.of(PASSWORD.toCharArray(), random);
        var all = new ArrayList<User>();
        for (var role : roles) {
            boolean bound = role == Role.STEWARD || role == Role.OPERATOR;
            all.add(
                    new User(
                            Words.of(role),
                            role,
                            bound ? Optional.of(new SiteId("site-1")) : Optional.empty(),
                            hash));
        }
        write(new Users(all));
    }

    /** Makes one account, for whoever the institution calls {@code identity}. */
    void person(String name, Role role, String identity) throws IOException {
        var credential = new Credential.Identity(identity);
        write(new Users(List.of(new User(name, role, Optional.empty(), credential))));
    }

    private void write(Users all) throws IOException {
        Files.writeString(users, UsersFile.text(all));
        accounts.refresh();
    }

    ScriptedDesk desk() {
        return (ScriptedDesk) desk;
    }

    String address(String path) {
        return "https://localhost:" + port + path;
    }

    /** As if the cable were pulled out: the port is gone, everything behind it goes on. */
    void disconnect() {
        server.close();
        connected = false;
    }

    /** The port is there again, under the same number; nothing happens if it is. */
    void connect() {
        if (connected) {
            return;
        }
        connected = true;
        var current =
                (JobDesk)
                        Proxy.newProxyInstance(
                                Stage.class.getClassLoader(),
                                new Class<?>[] {JobDesk.class},
                                (_, method, arguments) -> {
                                    try {
                                        return method.invoke(desk, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        server =
                new PeopleServer(
                        vertx,
                        PeopleServer.Settings.of(
                                new Address("127.0.0.1", port, "people.port"),
                                TOKEN,
                                URI.create("https://localhost:8443")),
                        tls,
                        new PeopleServer.Desks(
                                current, enrolments, accounts, governor, log, signOn),
                        sessions,
                        metrics);
        server.start();
        port = server.port();
    }

    @Override
    public void close() {
        server.close();
        vertx.close().await();
        metrics.close();
        database.close();
        events.close();
    }
}
