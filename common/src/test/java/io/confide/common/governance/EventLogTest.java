package io.confide.common.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.Json;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

class EventLogTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir private Path folder;

    private Path path() {
        return folder.resolve("events.jsonl");
    }

    private static Event event(String target) {
        return Event.of(NOW, "site-a/steward", "grant.create", target);
    }

    private void write(int events) {
        try (EventLog log = EventLog.open(path())) {
            for (int i = 0; i < events; i++) {
                log.append(event("g" + i));
            }
        }
    }

    /** Note 50 §2.3, E17. */
    @Test
    void theChainHasTheHashesOfTheWorkedExample() {
        Json.Obj first =
                Json.object()
                        .with("action", "grant.create")
                        .with("actor", "site-a/steward")
                        .with("seq", 0)
                        .with("target", "g1");
        Digest one = HashChain.link(HashChain.GENESIS, first);
        assertEquals("63a167bb833580c8ca3f1ed07c0b6c3d7c376f43893edf929095007aad371277", one.hex());
        Json.Obj second =
                Json.object()
                        .with("action", "round.start")
                        .with("actor", "admin")
                        .with("seq", 1)
                        .with("target", "r1");
        assertEquals(
                "330e1f42841700bec409c54d244d0be8ebcb2a2a4a43be2f3e98fa7b7ea08f5f",
                HashChain.link(one, second).hex());
    }

    @Test
    void whatIsAppendedIsThereAfterReopening() {
        write(3);
        Digest head;
        try (EventLog log = EventLog.open(path())) {
            head = log.append(event("g3"));
        }
        assertEquals(new EventLog.Check.Intact(4, head), EventLog.verify(path()));
    }

    @Test
    void anEmptyLogIsIntact() {
        write(0);
        assertEquals(new EventLog.Check.Intact(0, HashChain.GENESIS), EventLog.verify(path()));
    }

    @Test
    void aLineShowsTheEventAndItsHash() throws IOException {
        try (EventLog log = EventLog.open(path())) {
            var deny =
                    new Verdict.Deny(
                            List.of(new Reason(Reason.Code.NO_POLICY, "There is no policy.")));
            Digest hash =
                    log.append(
                            Event.of(
                                            NOW,
                                            Actor.of("jane", Role.RESEARCHER),
                                            Action.SUBMIT_JOB,
                                            new Target.Submission("j", "s"),
                                            deny)
                                    .with(Json.object().with("rounds", 3)));
            assertEquals(
                    "{\"event\":{\"action\":\"job.submit\",\"actor\":\"jane\",\"decision\":\"deny\","
                        + "\"details\":{\"rounds\":3},\"reasons\":[\"no-policy\"],\"seq\":0,"
                        + "\"target\":\"submission/j\",\"time\":\"2026-06-01T12:00:00Z\"},"
                        + "\"hash\":\""
                            + hash.hex()
                            + "\"}\n",
                    Files.readString(path()));
        }
    }

    @Test
    void everyFlippedByteIsFoundAtItsEvent() throws IOException {
        write(3);
        byte[] content = Files.readAllBytes(path());
        int line = 0;
        for (int i = 0; i < content.length; i++) {
            byte[] changed = content.clone();
            changed[i] ^= 1;
            Files.write(path(), changed);
            var broken =
                    assertInstanceOf(
                            EventLog.Check.Broken.class, EventLog.verify(path()), "byte " + i);
            assertEquals(line, broken.sequence(), "byte " + i);
            line += content[i] == '\n' ? 1 : 0;
        }
    }

    @Test
    void aDroppedOrMovedEventIsFound() throws IOException {
        write(4);
        List<String> lines = Files.readAllLines(path());
        var dropped = new ArrayList<>(lines);
        dropped.remove(1);
        Files.write(path(), dropped);
        assertEquals(1, broken().sequence());
        var moved = new ArrayList<>(lines);
        Collections.swap(moved, 2, 3);
        Files.write(path(), moved);
        assertEquals(2, broken().sequence());
        var repeated = new ArrayList<>(lines);
        repeated.add(lines.get(3));
        Files.write(path(), repeated);
        assertEquals(4, broken().sequence());
    }

    /** Truncation at a line's end leaves an intact shorter chain: the head shows it to whoever noted it. */
    @Test
    void aShortenedLogHasAnotherHead() throws IOException {
        write(4);
        var whole = (EventLog.Check.Intact) EventLog.verify(path());
        Files.write(path(), Files.readAllLines(path()).subList(0, 3));
        var shorter = (EventLog.Check.Intact) EventLog.verify(path());
        assertEquals(3, shorter.events());
        assertTrue(!shorter.head().equals(whole.head()));
    }

    @Test
    void ahalfWrittenLastLineIsReportedAndThenCutOffOnOpening() throws IOException {
        write(2);
        Files.writeString(path(), "{\"event\":{\"act", StandardOpenOption.APPEND);
        assertEquals(2, broken().sequence());
        try (EventLog log = EventLog.open(path())) {
            log.append(event("after"));
        }
        assertEquals(3, ((EventLog.Check.Intact) EventLog.verify(path())).events());
    }

    @Test
    void nothingIsAppendedToABrokenChain() throws IOException {
        write(2);
        String content = Files.readString(path()).replace("\"target\":\"g1\"", "\"target\":\"g9\"");
        Files.writeString(path(), content);
        var e = assertThrows(ConfideException.class, () -> EventLog.open(path()));
        assertEquals(ErrorCode.BAD_FILE, e.code());
        assertEquals(
                "The event log "
                        + path()
                        + " is broken at event 1: its hash does not follow from the event before."
                        + " Keep the file as evidence and move it away to start a new log.",
                e.getMessage());
    }

    @Test
    void twoWritersOfOneFileShareOneChain() {
        try (EventLog process = EventLog.open(path());
                EventLog command = EventLog.open(path())) {
            process.append(event("a"));
            command.append(event("b"));
            process.append(event("c"));
        }
        assertEquals(3, ((EventLog.Check.Intact) EventLog.verify(path())).events());
    }

    @Test
    void writersAtTheSameTimeShareOneChain() throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (int writer = 0; writer < 3; writer++) {
            threads.add(Thread.ofVirtual().start(() -> write(20)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(60, ((EventLog.Check.Intact) EventLog.verify(path())).events());
    }

    @Test
    void aLogThatBecameShorterIsRefused() throws IOException {
        try (EventLog log = EventLog.open(path())) {
            log.append(event("a"));
            Files.write(path(), new byte[0]);
            var e = assertThrows(ConfideException.class, () -> log.append(event("b")));
            assertTrue(e.getMessage().contains("the file has become shorter"), e.getMessage());
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsSaidToBe() {
        Path nowhere = folder.resolve("missing/events.jsonl");
        var e = assertThrows(ConfideException.class, () -> EventLog.open(nowhere));
        assertEquals(ErrorCode.DISK_FULL, e.code());
        assertEquals(
                "The event log "
                        + nowhere
                        + " cannot be written, and nothing goes on without it. Free disk space or"
                        + " correct the folder's permissions.",
                e.getMessage());
        assertThrows(ConfideException.class, () -> EventLog.verify(nowhere));
    }

    private EventLog.Check.Broken broken() {
        return assertInstanceOf(EventLog.Check.Broken.class, EventLog.verify(path()));
    }
}
