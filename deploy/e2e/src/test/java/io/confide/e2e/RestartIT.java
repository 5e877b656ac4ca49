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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A coordinator that is killed twice while three hospitals train, and started again: on the same home, and on one that a backup was
 * put back into.
 */
class RestartIT {
    /** Training rounds of each of five folds, which end with an evaluation, and of the final model. */
    private static final int EACH = 15;

    private static final int ROUNDS = 6 * EACH + 5;
    private static final int SITES = 3;

    @TempDir Path work;

    @Test
    void theJobGoesOnByItselfAndNobodyTrainsARoundTwice() throws Exception {
        try (var demo = DemoRun.startThree(work, EACH)) {
            demo.awaitRounds(25, Duration.ofSeconds(300));
            demo.kill9("coordinator");
            assertUnfinished(demo);
            try (var second = demo.startCoordinator()) {
                demo.awaitRounds(50, Duration.ofSeconds(60));
                second.process().destroyForcibly().waitFor();
                assertUnfinished(demo);
            }
            backUpAndPutBack(demo);
            try (var _ = demo.startCoordinator()) {
                assertWhole(demo, demo.result(Duration.ofSeconds(120)));
            }
        }
    }

    /** Of the coordinator's machine nothing is left but a backup. */
    private void backUpAndPutBack(DemoRun demo) throws IOException {
        var home = demo.home().resolve("coordinator");
        var backup = work.resolve("backup").toString();
        var config = home.resolve("coordinator.yaml").toString();
        Confide.inProcess(work, "coordinator", "backup", "--config", config, "--to", backup);
        Files.move(home, work.resolve("lost"));
        Confide.inProcess(
                work,
                "coordinator",
                "restore",
                "--from",
                backup,
                "--home",
                home.toString(),
                "--nothing-ran-since");
    }

    private static void assertUnfinished(DemoRun demo) throws IOException {
        for (int site = 1; site <= SITES; site++) {
            assertTrue(!trained(demo, site).contains(ROUNDS), "killed after the job's end");
        }
    }

    private static void assertWhole(DemoRun demo, JsonNode result) throws IOException {
        assertEquals(ROUNDS, result.path("rounds").size());
        for (var round : result.path("rounds")) {
            assertEquals(SITES, round.path("included").size(), round::toString);
        }
        assertTrue(result.path("auc").path("federated").asDouble() > 0.7);
        var each = IntStream.rangeClosed(1, ROUNDS).boxed().collect(Collectors.toSet());
        for (int site = 1; site <= SITES; site++) {
            assertEquals(each, trained(demo, site));
        }
    }

    /** The rounds that a site has trained; fails if it trained one twice. */
    private static Set<Integer> trained(DemoRun demo, int site) throws IOException {
        var trained = new TreeSet<Integer>();
        var log = demo.site("synthetic-" + site).resolve("log/confide.log");
        for (var line : Files.readAllLines(log)) {
            if (line.contains("event=trained")) {
                int round = Integer.parseInt(line.replaceFirst("^.* round=(\\d+) .*$", "$1"));
                assertTrue(trained.add(round), line);
            }
        }
        return trained;
    }
}
