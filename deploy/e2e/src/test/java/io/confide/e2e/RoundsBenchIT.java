package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** {@code confide bench rounds}, small: the rounds of real processes are counted, and what they use. */
class RoundsBenchIT {
    @TempDir Path work;

    @Test
    void countsTheRoundsOfRealProcesses() throws Exception {
        var done =
                Confide.run(
                        work,
                        "bench",
                        "rounds",
                        "--sites",
                        "3",
                        "--dimension",
                        "500",
                        "--dp",
                        "3",
                        "--warm-up",
                        "2",
                        "--seconds",
                        "5",
                        "--json");
        assertEquals(0, done.status(), done.err());
        var json = new ObjectMapper().readTree(done.out());
        assertTrue(json.path("synthetic").asBoolean(), done.out());
        // 5 hidden units of 100 weights, a bias and a weight in the output each, and the output's
        // bias.
        assertEquals(511, json.path("dimension").asInt());
        assertTrue(json.path("rounds").asInt() >= 1, done.out());
        assertEquals(0, json.path("failed").asInt(), done.out());
        var cost = json.path("processorMillisPerRound");
        double parts = cost.path("coordinator").asDouble() + 3 * cost.path("site").asDouble();
        assertEquals(parts, cost.path("all").asDouble(), 1e-6 * parts);
        assertTrue(cost.path("site").asDouble() > 0, done.out());
        assertTrue(json.path("phaseMillis").path("collect").asDouble() > 0, done.out());
        assertEquals(10, json.path("warmUpRoundsPerSecond").size());
    }

    @Test
    void whatCannotBeMeasuredIsRefusedWithWhatCan() throws Exception {
        var few = Confide.run(work, "bench", "rounds", "--sites", "2");
        assertEquals(2, few.status());
        assertTrue(few.err().contains("--sites must be 3 to 40"), few.err());
        var small = Confide.run(work, "bench", "rounds", "--dimension", "10");
        assertEquals(2, small.status());
        assertTrue(
                small.err().contains("--dimension is a whole number from 200 to 400000."),
                small.err());
    }
}
