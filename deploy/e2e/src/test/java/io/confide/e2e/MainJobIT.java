package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** The main job, from configuration files to a model, and what is left when somebody does not see it through. */
class MainJobIT {
    @TempDir Path work;

    /** What the project promises of its first command; the bounds are wider where no package source has the data. */
    @Test
    void trainsOneModelAcrossSevenProcessesAsGoodAsThePooledOne() throws Exception {
        try (var demo = DemoRun.startPlain(work)) {
            var result = demo.result(Duration.ofSeconds(600));

            boolean synthetic = result.path("synthetic").asBoolean();
            double federated = result.path("auc").path("federated").asDouble();
            double pooled = result.path("auc").path("pooled").asDouble();
            assertTrue(federated >= (synthetic ? 0.7 : 0.835), "federated AUC " + federated);
            assertEquals(pooled, federated, synthetic ? 0.03 : 0.01);
            assertTrue(result.path("auc").path("local").asDouble() > 0.5);
            assertTrue(result.path("epsilon").isArray() && result.path("epsilon").isEmpty());
            assertEquals(125, result.path("rounds").size());
            for (var round : result.path("rounds")) {
                assertEquals(7, round.path("cohort").size());
                assertEquals(7, round.path("included").size());
                assertTrue(round.path("dropped").isEmpty());
            }
            assertTrue(Files.size(Path.of(result.path("model").asText())) > 0);
            assertTrue(Files.readString(Path.of(result.path("card").asText())).contains("pbc"));
            assertEquals(Set.of(), demo.aliveAfter(Duration.ofSeconds(5)));
        }
    }

    @Test
    void anInterruptStopsEveryProcess() throws Exception {
        try (var demo = DemoRun.startSmallest(work)) {
            demo.awaitRounds(1, Duration.ofSeconds(300));
            assertEquals(5, demo.alive().size());

            signal(demo.command().process().pid(), "-INT");

            assertEquals(Set.of(), demo.aliveAfter(Duration.ofSeconds(15)));
        }
    }

    @Test
    void nothingOutlivesADemoThatIsKilled() throws Exception {
        try (var demo = DemoRun.startSmallest(work)) {
            demo.awaitProcesses(Duration.ofSeconds(300));
            assertEquals(5, demo.alive().size());

            demo.command().process().destroyForcibly();

            assertEquals(Set.of(), demo.aliveAfter(Duration.ofSeconds(15)));
        }
    }

    @Test
    void aDemoLeavesFilesAloneThatItHasNotWritten() throws Exception {
        var home = Files.createDirectories(work.resolve("demo"));
        Files.writeString(home.resolve("thesis.txt"), "years of work");

        var done = Confide.run(work, "demo", "--data", "synthetic", "--home", "demo");

        assertEquals(1, done.status());
        assertTrue(done.err().contains("no demo has written"), done.err());
        assertTrue(Files.exists(home.resolve("thesis.txt")));
        assertFalse(done.err().contains("\tat "), done.err());
    }

    private static void signal(long pid, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
    }
}
