package io.confide.cli.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.confide.cli.JsonText;
import io.confide.cli.remote.EventStream.Event;
import io.confide.cli.watch.JobFollower;
import io.confide.cli.watch.JobPicture;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.pki.Authority;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** What a command makes of a coordinator that ends while it answers, and of a stranger in its place. */
class RemoteCoordinatorTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir Path folder;

    private Authority authority(String name) {
        return Authority.open(folder.resolve(name), InstantSource.system(), new SecureRandom());
    }

    /** A client that trusts the authority "ours". */
    private RemoteCoordinator client(int port) throws IOException {
        var token = Files.writeString(folder.resolve("token"), "abc");
        authority("ours");
        return RemoteCoordinator.of(
                new Context(
                        URI.create("https://localhost:" + port),
                        token,
                        folder.resolve("ours").resolve("authority.pem")));
    }

    private static HttpsServer server(Authority authority) throws Exception {
        var identity = authority.serverIdentity(List.of("localhost"));
        var tls = SSLContext.getInstance("TLSv1.3");
        tls.init(new KeyManager[] {identity.keys()}, new TrustManager[] {identity.trust()}, null);
        var server = HttpsServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private static ErrorCode code(RemoteCoordinator client) {
        return assertThrows(ConfideException.class, () -> client.get("jobs")).code();
    }

    @Test
    void aHandshakeThatIsCutTellsNothingOfCertificates() throws Exception {
        try (var listening = new ServerSocket(0, 50, LOOPBACK);
                var client = client(listening.getLocalPort())) {
            var cutting = Thread.ofVirtual().start(() -> cutEverybody(listening));
            assertEquals(ErrorCode.UNREACHABLE, code(client));
            listening.close();
            cutting.join();
        }
    }

    /** As a process that is killed does: the connection is there, and gone after the first bytes. */
    private static void cutEverybody(ServerSocket listening) {
        while (!listening.isClosed()) {
            try (var connection = listening.accept()) {
                var _ = connection.getInputStream().read();
            } catch (IOException _) {
                // the test is over, or the client was faster
            }
        }
    }

    @Test
    void aStrangersCertificateIsToldApart() throws Exception {
        var server = server(authority("foreign"));
        server.start();
        try (var client = client(server.getAddress().getPort())) {
            assertEquals(ErrorCode.AUTHORITY_MISMATCH, code(client));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whoFollowsAJobFollowsItOverALostConnection() throws Exception {
        var asked = new ConcurrentLinkedQueue<String>();
        var server = server(authority("ours"));
        server.createContext(
                "/api/v1/jobs/one/events",
                exchange -> {
                    asked.add(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
                    events(exchange, asked.size());
                });
        server.createContext(
                "/api/v1/jobs/one",
                exchange ->
                        answer(exchange, asked.size() == 1 ? "cut" : "{\"state\":\"COMPLETED\"}"));
        server.start();
        var seen = new ArrayList<Long>();
        var lost = new ArrayList<String>();
        try (var client = client(server.getAddress().getPort())) {
            JsonNode end =
                    new JobFollower(client, "one")
                            .follow(
                                    new JobPicture(),
                                    new JobFollower.Listener() {
                                        @Override
                                        public void changed(JobPicture picture, Event event) {
                                            seen.add(event.sequence());
                                        }

                                        @Override
                                        public void lost(String why) {
                                            lost.add(why);
                                        }
                                    });
            assertEquals("COMPLETED", end.path("state").asText());
        } finally {
            server.stop(0);
        }
        assertEquals(List.of("0", "1"), List.copyOf(asked));
        assertEquals(List.of(1L, 2L), seen);
        assertEquals(1, lost.size());
    }

    /** The first stream breaks after one event; the second one ends with the job. */
    private static void events(HttpExchange exchange, int stream) throws IOException {
        var state = stream == 1 ? "TRAINING" : "COMPLETED";
        var data = JsonText.object().put("state", state).put("reason", "");
        var kind = stream == 1 ? "state" : "ended";
        send(exchange, "id: %d\nevent: %s\ndata: %s\n\n".formatted(stream, kind, data));
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        if (text.equals("cut")) {
            exchange.close();
        } else {
            send(exchange, text);
        }
    }

    private static void send(HttpExchange exchange, String text) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (var body = exchange.getResponseBody()) {
            body.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
