package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.governance.Role;
import io.confide.coordinator.port.Views.EventView;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import javax.net.ssl.SSLSocket;

class EventStreamTest {
    private static final String PATH = "/jobs/" + FakeDesk.JOB + "/events";

    @TempDir Path directory;
    private PeopleFixture people;

    @BeforeEach
    void start() throws Exception {
        people = new PeopleFixture(directory);
    }

    @AfterEach
    void stop() {
        people.close();
    }

    @Test
    void theHistoryComesFirstAndThenWhatHappens() throws Exception {
        people.desk.happen("state", Map.of("state", "TRAINING"));
        people.desk.happen("epoch", Map.of("epoch", 1));
        try (var reader = read("", 0)) {
            assertEquals(
                    "1 state {\"time\":\"2026-03-01T10:00:00Z\",\"state\":\"TRAINING\"}",
                    reader.next());
            assertEquals("2 epoch {\"time\":\"2026-03-01T10:00:00Z\",\"epoch\":1}", reader.next());
            people.desk.happen("roundDone", Map.of("round", 1));
            assertTrue(reader.next().startsWith("3 roundDone"));
        }
    }

    @Test
    void aReaderThatComesBackGetsWhatItMissedAndNothingTwice() throws Exception {
        for (int i = 1; i <= 5; i++) {
            people.desk.happen("roundDone", Map.of("round", i));
        }
        try (var reader = read("", 3)) {
            assertTrue(reader.next().startsWith("4 roundDone"));
            assertTrue(reader.next().startsWith("5 roundDone"));
        }
        try (var reader = read("?after=4", 0)) {
            assertTrue(reader.next().startsWith("5 roundDone"));
        }
    }

    @Test
    void aReaderOfAShortHistoryIsToldACohortOnceAndAgainWhenItIsAnother() throws Exception {
        people.desk.happen("roundOpened", Map.of("round", 1, "cohort", List.of("basel", "oslo")));
        people.desk.happen("roundOpened", Map.of("round", 2, "cohort", List.of("basel", "oslo")));
        try (var whole = read("", 0)) {
            assertTrue(whole.next().contains("basel"));
            assertTrue(whole.next().contains("basel"));
        }
        try (var reader = read("?rounds=5", 0)) {
            assertTrue(reader.next().contains("basel"));
            assertTrue(!reader.next().contains("cohort"));
            people.desk.happen(
                    "roundOpened", Map.of("round", 3, "cohort", List.of("basel", "oslo")));
            assertTrue(!reader.next().contains("cohort"));
            people.desk.happen("roundOpened", Map.of("round", 4, "cohort", List.of("oslo")));
            assertTrue(reader.next().contains("[\"oslo\"]"));
        }
        try (var again = read("?rounds=5", 1)) {
            assertTrue(again.next().contains("basel"), "of a connection of its own");
        }
    }

    @Test
    void nothingIsMissedOrDoubledWhileEventsHappenDuringTheConnect() throws Exception {
        var writer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (int i = 1; i <= 500; i++) {
                                        people.desk.happen("roundDone", Map.of("round", i));
                                    }
                                });
        try (var reader = read("", 0)) {
            for (int i = 1; i <= 500; i++) {
                String event = reader.next();
                assertTrue(event.startsWith(i + " roundDone"), i + " was " + event);
            }
        }
        writer.join();
    }

    @Test
    void aPassingEventIsShownWithoutANumber() throws Exception {
        people.desk.happen("roundOpened", Map.of("round", 1));
        try (var reader = read("", 0)) {
            reader.next();
            var passing = new EventView(1, FakeDesk.NOW, "uploaded", Map.of("site", "basel"));
            people.desk.listeners.forEach(listener -> listener.accept(passing));
            assertEquals(
                    "- uploaded {\"time\":\"2026-03-01T10:00:00Z\",\"site\":\"basel\"}",
                    reader.next());
        }
    }

    @Test
    void theStreamEndsWithTheJobAndIsNotReopened() throws Exception {
        people.desk.happen("state", Map.of("state", "TRAINING"));
        try (var reader = read("", 0)) {
            reader.next();
            people.post("/jobs/" + FakeDesk.JOB + "/cancel", "");
            people.desk.happen("ended", Map.of("state", "CANCELLED"));
            assertTrue(reader.next().startsWith("2 ended"));
            assertEquals(List.of(), reader.rest());
        }
        assertEquals(204, people.get(PATH + "?after=2").statusCode());
    }

    @Test
    void aQuietStreamIsKeptOpenByComments() throws Exception {
        try (var reader = read("", 0)) {
            reader.comment();
            reader.comment();
            people.desk.happen("state", Map.of("state", "KEY_SETUP"));
            assertTrue(reader.next().startsWith("1 state"));
        }
    }

    @Test
    void aReaderThatLeavesIsForgotten() throws Exception {
        try (var reader = read("", 0)) {
            people.desk.happen("state", Map.of());
            reader.next();
            assertEquals(1, people.desk.listeners.size());
        }
        people.client.shutdownNow();
        await(people.desk.listeners::isEmpty);
    }

    @Test
    void aReaderThatDoesNotReadIsCutOffInsteadOfFillingTheMemory() throws Exception {
        var factory = people.pki.anonymous().getSocketFactory();
        try (var socket = (SSLSocket) factory.createSocket("localhost", people.server.port())) {
            socket.getOutputStream()
                    .write(
                            ("GET /api/v1"
                                            + PATH
                                            + " HTTP/1.1\r\nhost: localhost\r\nauthorization:"
                                            + " Bearer "
                                            + PeopleFixture.TOKEN
                                            + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            await(() -> !people.desk.listeners.isEmpty());
            String filler = "x".repeat(4096);
            for (int i = 0; i < 10_000; i++) {
                people.desk.happen("metrics", Map.of("filler", filler));
            }
            await(people.desk.listeners::isEmpty);
        }
    }

    @Test
    void aResumeNumberThatIsNoneIsAProblem() {
        var answer = people.send(people.authorised(PATH).header("last-event-id", "x"));
        assertEquals(400, answer.statusCode());
        assertEquals("BAD_ARGUMENT", new JsonObject(answer.body()).getString("code"));
    }

    @Test
    void aReaderThatClaimsTheGreatestNumberIsNotSearchedForInTheHistoryWithoutEnd()
            throws Exception {
        try (var reader = read("?after=" + Long.MAX_VALUE, 0)) {
            reader.comment();
            await(() -> !people.desk.listeners.isEmpty());
            people.desk.happen("state", Map.of());
            assertTrue(reader.next().startsWith("- state"));
        }
    }

    @Test
    void onePersonCannotTakeThePlacesOfAll() throws Exception {
        var readers = new ArrayList<Reader>();
        for (int i = 0; i < 48; i++) {
            readers.add(read("", 0));
        }
        assertEquals(503, people.get(PATH).statusCode());
        var other =
                people.client.send(
                        people.request("/api/v1" + PATH)
                                .header("cookie", people.cookie(Role.STEWARD))
                                .build(),
                        BodyHandlers.ofLines());
        assertEquals(200, other.statusCode());
        other.body().close();
        readers.forEach(Reader::close);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("it did not happen within 10 s");
    }

    private Reader read(String query, long lastEventId) throws Exception {
        var request = people.authorised(PATH + query);
        if (lastEventId > 0) {
            request.header("last-event-id", Long.toString(lastEventId));
        }
        var answer = people.client.send(request.build(), BodyHandlers.ofLines());
        assertEquals(200, answer.statusCode());
        assertEquals(
                "text/event-stream; charset=utf-8",
                answer.headers().firstValue("content-type").orElseThrow());
        return new Reader(answer.body());
    }

    /** Reads events as {@code number kind data}; the number is - where there is none. */
    private static final class Reader implements AutoCloseable {
        private final Stream<String> body;
        private final Iterator<String> lines;

        Reader(Stream<String> body) {
            this.body = body;
            this.lines = body.iterator();
        }

        String next() {
            String id = "-";
            String kind = "";
            while (lines.hasNext()) {
                String line = lines.next();
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    kind = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return id + " " + kind + " " + line.substring(6);
                }
            }
            throw new AssertionError("the stream ended");
        }

        void comment() {
            while (lines.hasNext()) {
                if (lines.next().startsWith(":")) {
                    return;
                }
            }
            throw new AssertionError("the stream ended");
        }

        List<String> rest() {
            var rest = new ArrayList<String>();
            lines.forEachRemaining(
                    line -> {
                        if (!line.isEmpty()) {
                            rest.add(line);
                        }
                    });
            return rest;
        }

        @Override
        public void close() {
            body.close();
        }
    }
}
