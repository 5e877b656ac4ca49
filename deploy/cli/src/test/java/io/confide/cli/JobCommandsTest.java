package io.confide.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.confide.coordinator.pki.Authority;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** What the commands that act on a job ask of a coordinator, and what they say of its answer. */
class JobCommandsTest {
    private static final String JOB = "1234abcd-0000-0007-0000-000000000007";
    private static final String AGAIN = "5678abcd-0000-0008-0000-000000000008";

    @TempDir Path folder;
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        var authority =
                Authority.open(
                        folder.resolve("authority"), InstantSource.system(), new SecureRandom());
        var identity = authority.serverIdentity(List.of("localhost"));
        var tls = SSLContext.getInstance("TLSv1.3");
        tls.init(new KeyManager[] {identity.keys()}, new TrustManager[] {identity.trust()}, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        Files.writeString(folder.resolve("token"), "abc");
        answers("/api/v1/jobs", 200, "[" + job(JOB, "TRAINING", "") + "]");
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String job(String id, String state, String more) {
        return """
        {"id": "%s", "name": "risk", "state": "%s", "roundsDone": 3, "roundsPlanned": 8, "planHash": "ab"%s}\
        """
                .formatted(id, state, more);
    }

    private void answers(String path, int status, String body) {
        server.createContext(
                path,
                exchange -> {
                    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                    send(exchange, status, body);
                });
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders()
                .add(
                        "content-type",
                        status < 300 ? "application/json" : "application/problem+json");
        exchange.sendResponseHeaders(status, 0);
        try (var stream = exchange.getResponseBody()) {
            stream.write(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private int run(String... words) {
        var arguments = new ArrayList<>(List.of("job"));
        arguments.addAll(List.of(words));
        arguments.addAll(
                List.of(
                        "--coordinator",
                        "https://localhost:" + server.getAddress().getPort(),
                        "--token-file",
                        folder.resolve("token").toString(),
                        "--authority",
                        folder.resolve("authority/authority.pem").toString()));
        return Confide.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Terminal.Look.PLAIN,
                        100),
                Map.of("CONFIDE_LOG_DIR", folder.toString()),
                arguments.toArray(String[]::new));
    }

    private List<String> said() {
        return out.toString(StandardCharsets.UTF_8).lines().map(String::strip).toList();
    }

    private void did(String verb) {
        assertEquals(
                List.of("GET /api/v1/jobs", "POST /api/v1/jobs/" + JOB + "/" + verb),
                List.copyOf(asked));
    }

    @Test
    void aPauseThatHasBegunSaysAfterWhichRound() {
        answers(
                "/api/v1/jobs/" + JOB + "/pause",
                200,
                job(JOB, "PAUSED", ", \"pausedBy\": \"ada\""));
        assertEquals(0, run("pause", "1234"));
        did("pause");
        assertEquals(
                List.of(
                        "✓ job 1234abcd (risk) is paused after round 3 of 8",
                        "next    confide job resume 1234abcd"),
                said());
    }

    @Test
    void aPauseThatWaitsForItsRoundSaysSo() {
        answers(
                "/api/v1/jobs/" + JOB + "/pause",
                200,
                job(JOB, "TRAINING", ", \"pausedBy\": \"ada\""));
        assertEquals(0, run("pause", "risk"));
        assertEquals("✓ job 1234abcd (risk) pauses when its round has ended", said().getFirst());
    }

    @Test
    void aResumedJobGoesOn() {
        answers("/api/v1/jobs/" + JOB + "/resume", 200, job(JOB, "TRAINING", ""));
        assertEquals(0, run("resume", JOB));
        did("resume");
        assertEquals(List.of("✓ job 1234abcd (risk) goes on after round 3 of 8"), said());
    }

    @Test
    void aRetryThatHasToWaitSaysForWhat() {
        var reason = "Waits in the queue: 16 jobs have places, the most at once; 2 are before it.";
        var job =
                job(
                        AGAIN,
                        "QUEUED",
                        ", \"retryOf\": \"" + JOB + "\", \"reason\": \"" + reason + "\"");
        answers("/api/v1/jobs/" + JOB + "/retry", 201, job);
        assertEquals(0, run("retry", "1234"));
        assertEquals("queue   " + reason, said().get(2));
    }

    @Test
    void aRetryNamesTheNewJobAndTheOneItRunsAgain() {
        answers(
                "/api/v1/jobs/" + JOB + "/retry",
                201,
                job(AGAIN, "AWAITING_APPROVAL", ", \"retryOf\": \"" + JOB + "\""));
        assertEquals(0, run("retry", "1234"));
        did("retry");
        assertEquals(
                List.of(
                        "✓ job 5678abcd (risk) runs the plan of job 1234abcd again under another"
                                + " seed",
                        "plan    ab",
                        "next    confide job watch 5678abcd"),
                said());
    }

    @Test
    void asJsonTheCoordinatorsAnswerIsPrintedAsItIs() {
        var answer = job(JOB, "PAUSED", ", \"pausedBy\": \"ada\"");
        answers("/api/v1/jobs/" + JOB + "/pause", 200, answer);
        assertEquals(0, run("pause", "1234", "--json"));
        assertTrue(String.join("", said()).contains("\"pausedBy\""), () -> said().toString());
    }

    @Test
    void aConflictIsToldInTheCoordinatorsWords() {
        answers(
                "/api/v1/jobs/" + JOB + "/resume",
                409,
                """
                {"code": "CONFLICT", "detail": "The job is not paused; there is nothing to resume."}
                """);
        assertTrue(run("resume", "1234") != 0);
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("there is nothing to resume"),
                err::toString);
    }
}
