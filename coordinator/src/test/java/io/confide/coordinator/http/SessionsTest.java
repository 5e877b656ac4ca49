package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.InMemorySessions;
import io.confide.coordinator.port.SessionStore;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;

class SessionsTest {
    private static final Sessions.Holder ADA =
            Sessions.Holder.of("ada", "hash", Sessions.Life.OF_AN_ACCOUNT);
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final SecureRandom random = new SecureRandom();
    private final SessionSeal seal = new SessionSeal(Seed.generate(random));
    private final Sessions sessions = started(SessionMemory.none(random));

    @Test
    void anIdIs256RandomBits() {
        var ids = new HashSet<String>();
        for (int i = 0; i < 500; i++) {
            String id = sessions.open(ADA);
            assertEquals(32, Base64.getUrlDecoder().decode(id).length);
            ids.add(id);
        }
        assertEquals(500, ids.size());
    }

    @Test
    void aSessionThatNobodyUsesEndsAfterHalfAnHour() {
        String id = sessions.open(ADA);
        pass(Duration.ofMinutes(29));
        assertTrue(sessions.use(id));
        pass(Duration.ofMinutes(29));
        assertTrue(sessions.find(id).isPresent());
        pass(Duration.ofMinutes(1));
        assertFalse(sessions.find(id).isPresent(), "looking at a session does not prolong it");
        assertFalse(sessions.use(id));
    }

    @Test
    void aSessionInUseEndsAfterTwelveHours() {
        String id = sessions.open(ADA);
        for (int i = 0; i < 47; i++) {
            pass(Duration.ofMinutes(15));
            assertTrue(sessions.use(id), "after " + (i + 1) * 15 + " minutes");
        }
        pass(Duration.ofMinutes(15));
        assertFalse(sessions.use(id));
    }

    @Test
    void aClosedOrInventedSessionIsNone() {
        String id = sessions.open(ADA);
        assertFalse(sessions.find(id + "A").isPresent());
        assertFalse(sessions.find("").isPresent());
        assertFalse(sessions.find(id.toLowerCase()).isPresent());
        sessions.close(id, _ -> {});
        assertFalse(sessions.find(id).isPresent());
    }

    @Test
    void ofTooManySessionsTheOneUnusedForLongestEnds() {
        String first = sessions.open(ADA);
        pass(Duration.ofSeconds(1));
        String second = sessions.open(ADA);
        pass(Duration.ofSeconds(1));
        sessions.use(first);
        for (int i = 0; i < 999; i++) {
            sessions.open(ADA);
        }
        assertTrue(sessions.find(first).isPresent());
        assertFalse(sessions.find(second).isPresent());
    }

    @Test
    void aRestartEndsNoSessionOfAnAccount() {
        var kept = new InMemorySessions();
        var before = started(remembering(kept));
        String used = before.open(ADA);
        String left = before.open(ADA);
        String closed = before.open(ADA);
        pass(Duration.ofMinutes(29));
        before.use(used);
        before.close(closed, _ -> {});
        pass(Duration.ofMinutes(1));

        var after = started(remembering(kept));

        assertEquals(ADA, after.find(used).orElseThrow());
        assertFalse(after.find(left).isPresent(), "nobody has used it for half an hour");
        assertFalse(after.find(closed).isPresent(), "signed out");
        assertEquals(1, kept.all().size(), "what is over is forgotten");
        assertFalse(kept.all().toString().contains(used), "only its hash is kept");
    }

    @Test
    void aSessionOfTheAccessTokenEndsWithTheProcess() {
        var kept = new InMemorySessions();
        String id = started(remembering(kept)).open(SignIn.BY_TOKEN);
        assertEquals(List.of(), kept.all());
        assertFalse(started(remembering(kept)).find(id).isPresent());
    }

    /** Whoever may write the database has everything but the key. */
    @Test
    void aSessionThatSomebodyPutIntoTheDatabaseSignsNobodyIn() {
        var kept = new InMemorySessions();
        String hers = started(remembering(kept)).open(ADA);
        var row = kept.all().getFirst();
        var mine = "a number of my own";
        var forged =
                new SessionStore.Stored(
                        Digest.of(mine.getBytes(StandardCharsets.UTF_8)),
                        row.account(),
                        row.credential(),
                        row.opened(),
                        row.used(),
                        row.seal());
        var other =
                new SessionStore.Stored(
                        row.number(),
                        "root",
                        row.credential(),
                        row.opened(),
                        row.used(),
                        row.seal());
        var younger =
                new SessionStore.Stored(
                        row.number(),
                        row.account(),
                        row.credential(),
                        row.opened().plusSeconds(1),
                        row.used(),
                        row.seal());
        for (var changed : List.of(forged, other, younger)) {
            var store = new InMemorySessions();
            store.keep(changed);
            var after = started(remembering(store));
            assertFalse(after.find(mine).isPresent());
            assertFalse(after.find(hers).isPresent());
            assertEquals(List.of(), store.all(), "and it is gone");
        }
        assertTrue(started(remembering(kept)).find(hers).isPresent());
    }

    @Test
    void aSessionThatWasTakenUpEndsAfterTwelveHoursToo() {
        var kept = new InMemorySessions();
        String id = started(remembering(kept)).open(ADA);
        for (int i = 0; i < 47; i++) {
            pass(Duration.ofMinutes(15));
            assertTrue(started(remembering(kept)).use(id));
        }
        pass(Duration.ofMinutes(15));
        assertFalse(started(remembering(kept)).use(id));
    }

    @Test
    void aSignOutIsSaidToBeDoneOnlyWhenItIsWritten() {
        var failing =
                new InMemorySessions() {
                    @Override
                    public void forget(Digest number) {
                        throw new ConfideException(ErrorCode.UNREACHABLE, "the database is away");
                    }
                };
        var signedIn = started(remembering(failing));
        String id = signedIn.open(ADA);
        assertEquals(List.of(Sessions.Written.NO), closing(signedIn, id));
        assertFalse(signedIn.find(id).isPresent(), "here it has ended all the same");
        var whole = started(remembering(new InMemorySessions()));
        assertEquals(List.of(Sessions.Written.YES), closing(whole, whole.open(ADA)));
    }

    private static List<Sessions.Written> closing(Sessions sessions, String id) {
        var heard = new ArrayList<Sessions.Written>();
        sessions.close(id, heard::add);
        return heard;
    }

    @Test
    void whatCannotBeKeptLastsAsLongAsTheProcess() {
        var failing =
                new InMemorySessions() {
                    @Override
                    public void keep(Stored session) {
                        throw new ConfideException(ErrorCode.UNREACHABLE, "the disk is full");
                    }
                };
        var before = started(remembering(failing));
        String id = before.open(ADA);
        assertTrue(before.use(id));
        assertFalse(started(remembering(failing)).find(id).isPresent());
    }

    private Sessions started(SessionMemory memory) {
        return new Sessions(() -> now, random, Sessions.Times.usual(), memory);
    }

    private SessionMemory remembering(SessionStore store) {
        return new SessionMemory(store, seal, Runnable::run, SessionMemory.Reach.ONE_PROCESS);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
