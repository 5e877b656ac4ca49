package io.confide.coordinator.http;

import io.confide.coordinator.pki.TestPki;
import io.confide.coordinator.port.InMemoryEnrolments;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Vertx;

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

/** A running port of the people on an ephemeral port, and somebody who asks. */
final class PeopleFixture implements AutoCloseable {
    static final String TOKEN = "0123456789abcdef0123456789abcdef";

    final InMemoryEnrolments enrolments = new InMemoryEnrolments();
    final FakeDesk desk = new FakeDesk();
    final Metrics metrics = new Metrics();
    final TestPki pki;
    final PeopleServer server;
    final HttpClient client;
    final Vertx vertx = Vertx.vertx();

    /** The clock of the sessions; a test moves it. */
    volatile Duration passed = Duration.ZERO;

    final InstantSource clock = () -> FakeDesk.NOW.plus(passed);

    PeopleFixture(Path directory) throws Exception {
        pki = new TestPki(directory, enrolments, InstantSource.system());
        client = HttpClient.newBuilder().sslContext(pki.anonymous()).build();
        server =
                new PeopleServer(
                        vertx,
                        new PeopleServer.Settings(
                                new Address("127.0.0.1", 0, "people.port"),
                                TOKEN,
                                URI.create("https://localhost:8443"),
                                200),
                        pki.authority.serverIdentity(List.of("localhost")),
                        new PeopleServer.Desks(desk, pki.desk),
                        new Sessions(clock, new SecureRandom(), Sessions.Times.usual()),
                        metrics);
        server.start();
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
    }
}
