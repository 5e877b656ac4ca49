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
    private static final Sessions.Holder ADA = new Sessions.Holder("ada", "hash");
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final Sessions sessions =
            new Sessions(() -> now, new SecureRandom(), Sessions.Times.usual());

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
        sessions.close(id);
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

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
