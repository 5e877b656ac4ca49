package io.confide.coordinator.http;

import io.confide.common.governance.EventLog;
import io.confide.common.governance.Role;
import io.confide.coordinator.app.FileAuditLog;
import io.confide.coordinator.driver.Governor;
import io.confide.coordinator.pki.TestPki;
import io.confide.coordinator.port.AuditLog;
import io.confide.coordinator.port.IdentityProvider;
import io.confide.coordinator.port.InMemoryEnrolments;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A running port of the people on an ephemeral port, and somebody who asks. */
final class PeopleFixture implements AutoCloseable {
    static final String TOKEN = "0123456789abcdef0123456789abcdef";

    final InMemoryEnrolments enrolments = new InMemoryEnrolments();
    final FakeAccounts accounts = new FakeAccounts();
    final FakeDesk desk;
    final PeopleServer.Desks desks;
    final Path log;
    final Metrics metrics = new Metrics();
    final TestPki pki;
    final PeopleServer server;
    final HttpClient client;
    final Vertx vertx = Vertx.vertx();
    private final EventLog events;

    /** The clock of the sessions; a test moves it. */
    volatile Duration passed = Duration.ZERO;

    final InstantSource clock = () -> FakeDesk.NOW.plus(passed);

    PeopleFixture(Path directory) throws Exception {
        this(directory, UnaryOperator.identity());
    }

    /** @param watched stands between the server and the event log */
    PeopleFixture(Path directory, UnaryOperator<AuditLog> watched) throws Exception {
        this(directory, watched, _ -> Optional.empty());
    }

    /** @param signOn what people may sign in by, given what the provider's certificate may be of */
    PeopleFixture(
            Path directory,
            UnaryOperator<AuditLog> watched,
            Function<TestPki, Optional<IdentityProvider>> signOn)
            throws Exception {
        this(directory, watched, signOn, SessionMemory.none(new SecureRandom()));
    }

    /** One member of several with the same sessions. */
    PeopleFixture(Path directory, SessionMemory sessions) throws Exception {
        this(directory, UnaryOperator.identity(), _ -> Optional.empty(), sessions);
    }

    private PeopleFixture(
            Path directory,
            UnaryOperator<AuditLog> watched,
            Function<TestPki, Optional<IdentityProvider>> signOn,
            SessionMemory sessions)
            throws Exception {
        log = directory.resolve("events.jsonl");
        events = EventLog.open(log);
        var governor = new Governor(events, clock);
        desk = new FakeDesk(governor);
        pki = new TestPki(directory, enrolments, InstantSource.system());
        var read = watched.apply(new FileAuditLog(log));
        desks = new PeopleServer.Desks(desk, pki.desk, accounts, governor, read, signOn.apply(pki));
        client = HttpClient.newBuilder().sslContext(pki.anonymous()).build();
        server =
                new PeopleServer(
                        vertx,
                        new PeopleServer.Settings(
                                new Address("127.0.0.1", 0, "people.port"),
                                TOKEN,
                                URI.create("https://localhost:8443"),
                                200),
                        pki.authority.serverIdentity(List.of("localhost", "127.0.0.1")),
                        desks,
                        new Sessions(clock, new SecureRandom(), Sessions.Times.usual(), sessions),
                        metrics);
        server.start();
    }

    /** From now on the event log takes nothing. */
    void fillDisk() {
        events.close();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path));
    }

    HttpRequest.Builder authorised(String path) {
        return request("/api/v1" + path).header("authorization", "Bearer " + TOKEN);
    }

    HttpResponse<String> get(String path) {
        return send(authorised(path));
    }

    HttpResponse<String> post(String path, String json) {
        return send(
                authorised(path)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(json)));
    }

    /** Signs in as the page does. */
    HttpResponse<String> signIn(JsonObject shown) {
        return send(
                ours(
                        request("/api/v1/session")
                                .header("content-type", "application/json")
                                .POST(BodyPublishers.ofString(shown.encode()))));
    }

    /** The cookie of the account with this role. */
    String cookie(Role role) {
        var answer =
                signIn(
                        new JsonObject()
                                .put("name", FakeAccounts.name(role))
                                .put("password", FakeAccounts.PASSWORD));
        return cookie(answer);
    }

    static String cookie(HttpResponse<String> answer) {
        String header = answer.headers().firstValue("set-cookie").orElseThrow();
        return header.substring(0, header.indexOf(';'));
    }

    /** As our own page sends it. */
    HttpRequest.Builder ours(HttpRequest.Builder request) {
        return request.header(Gate.PAGE_HEADER, "person")
                .header("origin", "https://localhost:" + server.port())
                .header("sec-fetch-site", "same-origin");
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        vertx.close().await();
        metrics.close();
        events.close();
    }
}
