package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A coordinator that is killed again and again while seven hospitals train, and started again on the same home. */
class RestartIT {
    private static final int ROUNDS = 5;
    private static final int SITES = 7;

    /** It is killed after so many rounds of the job. */
    private static final List<Integer> KILLS = List.of(6, 14, 22);

    @TempDir Path work;

    @Test
    void theJobGoesOnByItselfAndNobodyTrainsARoundTwice() throws Exception {
        try (var demo = DemoRun.start(work, ROUNDS)) {
            demo.awaitRounds(KILLS.getFirst(), Duration.ofSeconds(300));
            demo.kill9("coordinator");
            for (int kill : KILLS.subList(1, KILLS.size())) {
                var next = startAgain(demo);
                demo.awaitRounds(kill, Duration.ofSeconds(60));
                next.process().descendants().forEach(ProcessHandle::destroyForcibly);
                next.process().destroyForcibly().waitFor();
            }
            try (var _ = startAgain(demo)) {
                assertWhole(demo, demo.result(Duration.ofSeconds(120)));
            }
        }
    }

    private Confide.Running startAgain(DemoRun demo) throws IOException {
        return Confide.start(
                work,
                "coordinator",
                "start",
                "--config",
                demo.home().resolve("coordinator/coordinator.yaml").toString());
    }

    private static void assertWhole(DemoRun demo, JsonNode result) throws IOException {
        int rounds = ROUNDS * 6 + 5;
        assertEquals(rounds, result.path("rounds").size());
        for (var round : result.path("rounds")) {
            assertEquals(SITES, round.path("included").size());
        }
        assertTrue(result.path("auc").path("federated").asDouble() > 0.7);
        for (int site = 1; site <= SITES; site++) {
            assertTrainedOnce(demo.home().resolve("log/synthetic-" + site + ".log"), rounds);
        }
    }

    private static void assertTrainedOnce(Path log, int rounds) throws IOException {
        var trained = new TreeSet<Integer>();
        for (var line : Files.readAllLines(log)) {
            if (line.contains("event=trained")) {
                int round = Integer.parseInt(line.replaceFirst("^.* round=(\\d+) .*$", "$1"));
                assertTrue(trained.add(round), line);
            }
        }
        var each = IntStream.rangeClosed(1, rounds).boxed().collect(Collectors.toSet());
        assertEquals(each, trained, log::toString);
    }
}
