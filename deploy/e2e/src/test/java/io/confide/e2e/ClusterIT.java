package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;

/** Three coordinator processes over one PostgreSQL; the leader is killed while hospitals train, comes back, and another is killed. */
class ClusterIT {
    private static final int SITES = 4;
    private static final int ROUNDS = 300;

    @TempDir Path work;

    @Test
    void whicheverMemberIsKilledTheJobGoesOnAndNobodyTrainsARoundTwice() throws Exception {
        try (var stage = ClusterStage.start(work, SITES)) {
            String job = stage.submit("member-2", ROUNDS);
            stage.awaitRounds(40, Duration.ofSeconds(120));
            String first = stage.leader();
            stage.kill9(first);
            stage.awaitRounds(100, Duration.ofSeconds(60));
            assertNotEquals(first, stage.leader());

            stage.startMember(first);
            stage.awaitRounds(150, Duration.ofSeconds(60));
            String second = follower(stage);
            stage.kill9(second);
            stage.awaitCompleted(Duration.ofSeconds(120));
            assertWhole(stage, stage.leader(), job);
        }
    }

    /** A living member that does not lead. */
    private static String follower(ClusterStage stage) throws Exception {
        String leader = stage.leader();
        return stage.living().stream()
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    /** Every round had every site, and no site trained a round twice. */
    private void assertWhole(ClusterStage stage, String member, String job) throws Exception {
        var shown = stage.job(member, job);
        assertEquals("COMPLETED", shown.path("job").path("state").asText());
        assertEquals(ROUNDS, shown.path("rounds").size());
        for (var round : shown.path("rounds")) {
            // Whoever was counted twice, or not, would have spoiled the canaries of the sum.
            assertEquals("DONE", round.path("outcome").asText(), round::toString);
            assertEquals(SITES, round.path("included").size(), round::toString);
            assertEquals(1, round.path("epoch").asInt(), "no site has lost its keys");
        }
        for (int site = 1; site <= SITES; site++) {
            assertNoRoundTwice(stage.home("site-" + site).resolve("log/confide.log"));
        }
    }

    private static void assertNoRoundTwice(Path log) throws IOException {
        var times = new TreeMap<Integer, Integer>();
        for (var line : Files.readAllLines(log)) {
            if (line.contains("event=trained")) {
                int round = Integer.parseInt(line.replaceFirst("^.* round=(\\d+) .*$", "$1"));
                assertEquals(1, times.merge(round, 1, Integer::sum), line);
            }
        }
        assertTrue(times.size() > ROUNDS / 2, times::toString);
    }
}
