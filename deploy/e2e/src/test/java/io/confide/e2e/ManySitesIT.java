package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** {@code confide bench sites}, small: many sites at one coordinator, which is killed under them. */
class ManySitesIT {
    @TempDir Path work;

    @Test
    void everySiteComesBackToACoordinatorThatWasKilled() throws Exception {
        var done = Confide.run(work, "bench", "sites", "--sites", "40", "--idle", "1", "--json");
        assertEquals(0, done.status(), done.err());
        var json = new ObjectMapper().readTree(done.out());
        assertEquals(40, json.path("sites").asInt());
        var idle = json.path("idle");
        assertTrue(idle.path("heapBytes").asLong() > 1_000_000, done.out());
        assertTrue(idle.path("threads").asInt() > 5, done.out());
        var storm = json.path("storm");
        assertTrue(storm.path("allSeconds").asDouble() > 0, done.out());
        assertTrue(
                storm.path("halfSeconds").asDouble() <= storm.path("allSeconds").asDouble(),
                done.out());
        // Each noticed that the coordinator was gone, and tried until it was there again.
        assertTrue(storm.path("failedAttempts").asLong() >= 40, done.out());
    }

    @Test
    void aNumberOfSitesThatCannotBeIsRefusedWithTheNumbersThatCan() throws Exception {
        var done = Confide.run(work, "bench", "sites", "--sites", "3");
        assertEquals(2, done.status());
        assertTrue(done.err().contains("--sites is a whole number from 10 to 20000."), done.err());
    }
}
