package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.StreamSupport;

/** Hospitals whose machine dies in the middle of a training. */
class LostSitesIT {
    private static final String LOST = "synthetic-2";

    @TempDir Path work;

    @Test
    void theRunGoesOnWithoutAKilledSiteAndCountsItAgainWhenItIsBack() throws Exception {
        try (var demo = DemoRun.start(work, 200)) {
            demo.awaitRounds(25, Duration.ofSeconds(300));
            demo.kill9(LOST);
            var line =
                    demo.command()
                            .awaitLine(
                                    text -> text.contains("without " + LOST),
                                    Duration.ofSeconds(60));
            assertTrue(line.matches(".*dropped in step \\S+.*"), line);
            try (var back =
                    Confide.start(
                            work, "participant", "start", "--home", demo.site(LOST).toString())) {
                var result = demo.result(Duration.ofSeconds(600));

                var dropped = roundsWhere(result, round -> !round.path("dropped").isEmpty());
                assertTrue(!dropped.isEmpty());
                for (var drop : dropped.getFirst().path("dropped")) {
                    assertEquals(LOST, drop.path("site").asText());
                    assertTrue(!drop.path("step").asText().isEmpty());
                    assertTrue(!drop.path("reason").asText().isEmpty());
                }
                var smaller = roundsWhere(result, round -> round.path("included").size() == 6);
                assertTrue(!smaller.isEmpty());
                var last = result.path("rounds").get(result.path("rounds").size() - 1);
                assertEquals(7, last.path("included").size());
                assertTrue(last.path("epoch").asLong() > 1);
            }
        }
    }

    @Test
    void fewerThanTheThresholdEndTheRunWithOneSentenceWithinThirtySeconds() throws Exception {
        try (var demo = DemoRun.start(work, 200)) {
            demo.awaitRounds(25, Duration.ofSeconds(300));
            demo.kill9("synthetic-1");
            demo.kill9("synthetic-4");
            demo.kill9("synthetic-6");

            var done = demo.command().await(Duration.ofSeconds(30));

            assertEquals(1, done.status());
            var sentence = done.err().lines().filter(line -> line.startsWith("confide: ")).toList();
            assertEquals(1, sentence.size(), done.err());
            assertTrue(sentence.getFirst().contains("4"), sentence.getFirst());
            assertTrue(sentence.getFirst().contains("5"), sentence.getFirst());
            assertTrue(sentence.getFirst().contains("synthetic-4"), sentence.getFirst());
        }
    }

    private static java.util.List<JsonNode> roundsWhere(
            JsonNode result, java.util.function.Predicate<JsonNode> which) {
        return new ArrayList<>(
                StreamSupport.stream(result.path("rounds").spliterator(), false)
                        .filter(which)
                        .toList());
    }
}
