package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Hospitals whose machine dies in the middle of a training. */
class LostSitesIT {
    private static final String LOST = "synthetic-2";

    /** So many rounds per fold that nobody waits for the end. */
    private static final int MANY = 5000;

    @TempDir Path work;

    @Test
    void theRunGoesOnWithoutAKilledSiteCountsItAgainWhenItIsBackAndEndsBelowTheThreshold()
            throws Exception {
        try (var demo = DemoRun.startFive(work, MANY)) {
            demo.awaitRounds(25, Duration.ofSeconds(300));
            demo.kill9(LOST);
            int lost = nameTheLost(demo);
            try (var back =
                    Confide.start(
                            work, "participant", "start", "--home", demo.site(LOST).toString())) {
                demo.awaitAll(5, lost, Duration.ofSeconds(300));
                assertTrue(back.process().isAlive());
                countsItAgain(demo.shown(), lost);
                endsBelowTheThreshold(demo);
            }
        }
    }

    /** Returns the round in which the killed site was dropped, as the demo says. */
    private static int nameTheLost(DemoRun demo) throws IOException, InterruptedException {
        var line =
                demo.command()
                        .awaitLine(
                                text -> text.contains("without " + LOST), Duration.ofSeconds(60));
        assertTrue(line.matches(".*dropped in step \\S+.*"), line);
        return Integer.parseInt(line.replaceFirst("^.*? round (\\d+) .*$", "$1"));
    }

    private static void countsItAgain(JsonNode job, int lost) {
        var dropped = roundsWhere(job, round -> !round.path("dropped").isEmpty());
        assertEquals(lost, dropped.getFirst().path("round").asInt());
        for (var drop : dropped.getFirst().path("dropped")) {
            assertEquals(LOST, drop.path("site").asText());
            assertTrue(!drop.path("step").asText().isEmpty());
            assertTrue(!drop.path("reason").asText().isEmpty());
        }
        assertTrue(!roundsWhere(job, round -> round.path("included").size() == 4).isEmpty());
        var again =
                roundsWhere(
                        job,
                        round ->
                                round.path("round").asInt() > lost
                                        && round.path("included").size() == 5);
        assertTrue(again.getFirst().path("epoch").asLong() > 1);
    }

    /** Two of the five die, in whatever step: one sentence within 30 seconds says how many are needed and who is missing. */
    private static void endsBelowTheThreshold(DemoRun demo)
            throws IOException, InterruptedException {
        demo.kill9("synthetic-1");
        demo.kill9("synthetic-4");

        var done = demo.command().await(Duration.ofSeconds(30));

        assertEquals(1, done.status());
        var sentence = done.err().lines().filter(line -> line.startsWith("confide: ")).toList();
        assertEquals(1, sentence.size(), done.err());
        assertTrue(says(sentence.getFirst(), 4), sentence.getFirst());
        assertTrue(sentence.getFirst().contains("synthetic-1"), sentence.getFirst());
        assertTrue(sentence.getFirst().contains("synthetic-4"), sentence.getFirst());
    }

    /** Whether a number is said, not as part of a site's name. */
    private static boolean says(String sentence, int number) {
        return Pattern.compile("(?<![-\\d])" + number + "(?!\\d)").matcher(sentence).find();
    }

    private static List<JsonNode> roundsWhere(JsonNode job, Predicate<JsonNode> which) {
        return StreamSupport.stream(job.path("rounds").spliterator(), false).filter(which).toList();
    }
}
