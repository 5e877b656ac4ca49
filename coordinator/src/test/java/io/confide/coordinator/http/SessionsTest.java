package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;

class SessionsTest {
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final Sessions sessions =
            new Sessions(() -> now, new SecureRandom(), Sessions.Times.usual());

    @Test
    void anIdIs256RandomBits() {
        var ids = new HashSet<String>();
        for (int i = 0; i < 500; i++) {
            String id = sessions.open();
            assertEquals(32, Base64.getUrlDecoder().decode(id).length);
            ids.add(id);
        }
        assertEquals(500, ids.size());
    }

    @Test
    void aSessionThatNobodyUsesEndsAfterHalfAnHour() {
        String id = sessions.open();
        pass(Duration.ofMinutes(29));
        assertTrue(sessions.use(id));
        pass(Duration.ofMinutes(29));
        assertTrue(sessions.lives(id));
        pass(Duration.ofMinutes(1));
        assertFalse(sessions.lives(id), "looking at a session does not prolong it");
        assertFalse(sessions.use(id));
    }

    @Test
    void aSessionInUseEndsAfterTwelveHours() {
        String id = sessions.open();
        for (int i = 0; i < 47; i++) {
            pass(Duration.ofMinutes(15));
            assertTrue(sessions.use(id), "after " + (i + 1) * 15 + " minutes");
        }
        pass(Duration.ofMinutes(15));
        assertFalse(sessions.use(id));
    }

    @Test
    void aClosedOrInventedSessionIsNone() {
        String id = sessions.open();
        assertFalse(sessions.lives(id + "A"));
        assertFalse(sessions.lives(""));
        assertFalse(sessions.lives(id.toLowerCase()));
        sessions.close(id);
        assertFalse(sessions.lives(id));
    }

    @Test
    void ofTooManySessionsTheOneUnusedForLongestEnds() {
        String first = sessions.open();
        pass(Duration.ofSeconds(1));
        String second = sessions.open();
        pass(Duration.ofSeconds(1));
        sessions.use(first);
        for (int i = 0; i < 999; i++) {
            sessions.open();
        }
        assertTrue(sessions.lives(first));
        assertFalse(sessions.lives(second));
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
