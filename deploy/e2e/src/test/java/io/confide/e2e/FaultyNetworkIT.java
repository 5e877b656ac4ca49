package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Three members and five sites, whose connections to each other, to PostgreSQL and between Hazelcasts are slow, cut, silent and
 * closed while a job runs; and a member that hangs for longer than the others wait for it.
 */
class FaultyNetworkIT {
    private static final int SITES = 5;

    /** For each of three models, of which two are evaluated. */
    private static final int ROUNDS_EACH = 3;

    private static final int ROUNDS = 3 * ROUNDS_EACH + 2;

    /** So many of five make a sum. */
    private static final int NEEDED = 4;

    private static final long SEED = 7;
    private static final Duration BAD = Duration.ofSeconds(15);

    /** Of a machine that has other things to do too. */
    private static final Duration HEALED_MAX = Duration.ofSeconds(90);

    /** After it the others go on without a member, which has to find them again by itself. */
    private static final Duration HANGS = Duration.ofSeconds(8);

    private static final Pattern TRAINED =
            Pattern.compile("event=trained job=(\\S+) round=(\\d+) ");

    @TempDir Path work;

    @Test
    void aJobCompletesOverABadNetworkAndTheMembersFindEachOtherAgain() throws Exception {
        try (var network = new FaultyNetwork(SEED);
                var stage = ClusterStage.start(work, SITES, network)) {
            var all = new SoakDatabase(stage.database());
            network.turnBad();
            String job = submitted(stage, all, "member-2", "over-a-bad-network");
            long until = System.nanoTime() + BAD.toNanos();
            JobInDatabase.await(
                    "that every fault is felt",
                    HEALED_MAX,
                    () -> network.isFelt() && System.nanoTime() > until);
            network.heal();
            var healed = JobInDatabase.await("the end", HEALED_MAX, () -> !isLive(all.state(job)));
            assertRight(stage, all, job);
            var parted = hangs(stage);
            // The one that was away leads, so whatever the others hear of the job goes over its
            // bus.
            String next = submitted(stage, all, "member-3", "led-by-who-was-away");
            JobInDatabase.await("the next job", HEALED_MAX, () -> !isLive(all.state(next)));
            assertRight(stage, all, next);
            System.out.println(
                    "bad network: %s; ended %d ms after it healed; together again after %d ms"
                            .formatted(network.felt(), healed.toMillis(), parted.toMillis()));
        }
    }

    /** Whoever is asked may have no way to the database; who submits tries again, and looks whether it was taken first. */
    private static String submitted(
            ClusterStage stage, SoakDatabase all, String member, String name) throws Exception {
        JobInDatabase.await(
                "the submission",
                HEALED_MAX,
                () -> {
                    try {
                        return all.jobNamed(name).isPresent()
                                || !stage.submit(member, name, ROUNDS_EACH).isEmpty();
                    } catch (AssertionError _) {
                        return false;
                    }
                });
        return all.jobNamed(name).orElseThrow();
    }

    private static boolean isLive(String state) {
        return !state.equals("COMPLETED") && !state.equals("FAILED");
    }

    /** Every round that was planned is done once, each site is in what is said of the model at most once, and trained no round twice. */
    private static void assertRight(ClusterStage stage, SoakDatabase all, String job)
            throws Exception {
        var shown = stage.job("member-1", job).path("job");
        assertEquals("COMPLETED", shown.path("state").asText(), shown::toString);
        var done = all.rounds(job).stream().filter(SoakDatabase.Round::isDone).toList();
        var tasks = new TreeMap<String, Integer>();
        done.forEach(round -> tasks.merge(round.task(), 1, Integer::sum));
        assertEquals(ROUNDS, done.size(), tasks::toString);
        assertEquals(ROUNDS_EACH, tasks.get("train final"));
        int rows = 0;
        for (var round : done) {
            if (round.task().startsWith("evaluate")) {
                int fold = round.task().endsWith("0") ? 0 : 1;
                rows +=
                        round.included().stream()
                                .mapToInt(site -> stage.data().rowsInFold(site, fold))
                                .sum();
            }
        }
        assertEquals(rows, shown.path("metrics").path("rows").asInt());
        var trainers = new HashSet<String>();
        for (var site : stage.sites()) {
            var rounds = new HashSet<String>();
            for (var line : Files.readAllLines(stage.home(site).resolve("log/confide.log"))) {
                var trained = TRAINED.matcher(line);
                if (trained.find() && trained.group(1).equals(job)) {
                    assertTrue(rounds.add(trained.group(2)), line);
                    trainers.add(site);
                }
            }
        }
        assertTrue(trainers.size() >= NEEDED, trainers::toString);
    }

    /** A member hangs until the others have left it behind; returns after how long it could work again. */
    private static Duration hangs(ClusterStage stage) throws Exception {
        stage.hold("member-3");
        Thread.sleep(HANGS);
        stage.release("member-3");
        JobInDatabase.await(
                "that it is alone", HEALED_MAX, () -> says(stage, "event=quorumLost").isPresent());
        return JobInDatabase.await(
                "that it is back",
                HEALED_MAX,
                () ->
                        says(stage, "event=quorum")
                                        .filter(line -> line.contains("Back"))
                                        .isPresent()
                                && stage.readiness("member-3").equals("READY"));
    }

    /** The last line of the third member's log that contains {@code text}. */
    private static Optional<String> says(ClusterStage stage, String text) throws Exception {
        return Files.readAllLines(stage.home("member-3").resolve("log/confide.log")).stream()
                .filter(line -> line.contains(text))
                .reduce((_, last) -> last);
    }
}
