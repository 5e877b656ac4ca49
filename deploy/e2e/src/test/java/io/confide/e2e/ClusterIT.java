package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Three coordinator processes over one PostgreSQL, and seven hospitals. The job is brought to a stand in each of its steps by
 * holding the processes of hospitals; then a member is killed that leads, one that does not, and both.
 */
class ClusterIT {
    private static final int SITES = 7;

    /** For each of three models: two leave a fold out and are evaluated on it. */
    private static final int ROUNDS_EACH = 16;

    private static final int ROUNDS = 3 * ROUNDS_EACH + 2;
    private static final int EVALUATED = 2 * ROUNDS_EACH + 2;

    private static final Duration BOUND = Duration.ofSeconds(60);

    /** A stall is seconds; a busy machine takes a multiple. */
    private static final Duration STALL_MAX = Duration.ofSeconds(60);

    /** Signatures and shares that a round of seven needs. */
    private static final int ENOUGH = 5;

    /** Without these not enough can be had. */
    private static final String[] THREE = {"site-4", "site-5", "site-6"};

    private static final String LAST = "site-7";

    private final List<String> stalls = new ArrayList<>();

    @TempDir Path work;

    @Test
    void whicheverMemberIsKilledInWhicheverStepTheJobGoesOnAndNobodyIsCountedTwice()
            throws Exception {
        try (var stage = ClusterStage.start(work, SITES);
                var visitor = stage.visitor()) {
            String job = heldInKeySetUp(stage);
            String first = stage.kept().leader();
            var watched = new ClusterPage(stage, visitor, job);
            watched.from(follower(stage));
            stage.kill9(first);
            goesOn(stage, "key set-up, leader", LAST);
            assertNotEquals(first, stage.kept().leader());
            pause(stage, job);
            isBack(stage, first);
            watched.assertNoGap();

            stage.hold(LAST);
            resume(stage, job);
            stage.kept().awaitStill(SITES - 1, BOUND);
            watched.assertLateEverywhere(LAST);
            watched.assertLogsAreNamed();
            watched.assertSignedOutEverywhere(first);
            pause(stage, job);
            killedHere(stage, Held.COLLECTING, follower(stage), LAST);
            killed(stage, job, Held.REVEALING, stage.kept().leader());
            killed(stage, job, Held.COLLECTING, stage.kept().leader());
            killed(stage, job, Held.REVEALING, follower(stage));
            resume(stage, job);

            stage.kept().awaitRounds(EVALUATED, BOUND);
            int whole = heldWhileSigning(stage);
            String second = follower(stage);
            stage.kill9(second);
            stage.kill9(stage.kept().leader());
            assertStandsStill(stage, job);
            stage.startMember(second);
            stage.startSite(LAST);
            goesOn(stage, "signing, two of three", THREE);

            JobInDatabase.await("the end", BOUND, () -> stage.kept().state().equals("COMPLETED"));
            assertWhole(stage, stage.job(second, job), whole);
            System.out.println("stalls: " + stalls);
        }
    }

    /** All have answered the plan, and the last site says nothing in the key set-up. */
    private static String heldInKeySetUp(ClusterStage stage) throws Exception {
        stage.hold(THREE[0]);
        String job = stage.submit("member-2", ROUNDS_EACH);
        JobInDatabase.await("the answers", BOUND, () -> stage.kept().permissions() == SITES - 1);
        stage.hold(LAST);
        stage.release(THREE[0]);
        JobInDatabase.await(
                "the key set-up", BOUND, () -> stage.kept().state().equals("KEY_SETUP"));
        return job;
    }

    /** Where a round is held. */
    private enum Held {
        /** Six sites have trained and uploaded, the last has not. */
        COLLECTING,
        /** All inputs are there, a certificate is out, and one share too few comes. */
        REVEALING
    }

    /**
     * Lets a paused job run one more round, kills {@code member} in it, sees the round end without that member, and starts it
     * again while the job pauses.
     */
    private void killed(ClusterStage stage, String job, Held at, String member) throws Exception {
        stage.hold(LAST);
        resume(stage, job);
        stage.kept().awaitStill(SITES - 1, BOUND);
        pause(stage, job);
        String[] held = {LAST};
        if (at == Held.REVEALING) {
            held = THREE;
            holdAll(stage, THREE);
            stage.release(LAST);
            stage.kept().awaitStill(SITES, BOUND);
        }
        killedHere(stage, at, member, held);
    }

    private void killedHere(ClusterStage stage, Held at, String member, String... held)
            throws Exception {
        boolean leads = member.equals(stage.kept().leader());
        stage.kill9(member);
        goesOn(stage, at + (leads ? ", leader" : ", follower"), held);
        assertNotEquals(member, stage.kept().leader());
        isBack(stage, member);
    }

    /** The round in progress is the last one; returns when that is durable. */
    private static void pause(ClusterStage stage, String job) {
        stage.ask(stage.living().getFirst(), "job", "pause", job);
    }

    /** A job whose leader has just been killed cannot be asked anything, and says so, until another leads it. */
    private static void resume(ClusterStage stage, String job) throws Exception {
        JobInDatabase.await("the resumption", BOUND, () -> isResumed(stage, job));
    }

    private static boolean isResumed(ClusterStage stage, String job) {
        try {
            stage.ask(stage.living().getFirst(), "job", "resume", job);
            return true;
        } catch (AssertionError e) {
            if (String.valueOf(e.getMessage()).contains("taken over by another process")) {
                return false;
            }
            throw e;
        }
    }

    private static void holdAll(ClusterStage stage, String... sites) throws Exception {
        for (var site : sites) {
            stage.hold(site);
        }
    }

    /** Starts a member again; returns when the job pauses and every site is connected to some member. */
    private static void isBack(ClusterStage stage, String member) throws Exception {
        JobInDatabase.await("the pause", BOUND, () -> stage.kept().state().equals("PAUSED"));
        stage.startMember(member);
        for (var site : stage.sites()) {
            JobInDatabase.await("that " + site + " is back", BOUND, () -> isConnected(stage, site));
        }
    }

    private static boolean isConnected(ClusterStage stage, String site) throws IOException {
        return Files.readAllLines(log(stage, site)).stream()
                .filter(line -> line.contains(" event=connected ") || line.contains(" event=disc"))
                .reduce((_, last) -> last)
                .filter(line -> line.contains(" event=connected "))
                .isPresent();
    }

    /** The last site is gone for good, so a vote is held, and too few signatures come; returns how many rounds were done. */
    private static int heldWhileSigning(ClusterStage stage) throws Exception {
        stage.hold(LAST);
        stage.kept().awaitStill(SITES - 1, BOUND);
        holdAll(stage, THREE);
        int before = stage.kept().steps();
        int whole = stage.kept().roundsDone();
        stage.kill9(LAST);
        // It is lost, its grace is over, and the other three sign.
        int then = before + 2 + SITES - 1 - THREE.length;
        JobInDatabase.await("three signatures", BOUND, () -> stage.kept().steps() >= then);
        assertEquals(whole, stage.kept().roundsDone());
        return whole;
    }

    /** Lets the sites go on, and the job with them. */
    private void goesOn(ClusterStage stage, String step, String... held) throws Exception {
        int done = stage.kept().roundsDone();
        for (var site : held) {
            stage.release(site);
        }
        var stall = JobInDatabase.await(step, STALL_MAX, () -> stage.kept().roundsDone() > done);
        stalls.add(step + " " + stall.toMillis() + " ms");
    }

    /** The one member that is left does nothing, and says so. */
    private static void assertStandsStill(ClusterStage stage, String job) throws Exception {
        assertEquals(1, stage.living().size());
        String left = stage.living().getFirst();
        JobInDatabase.await(
                "that too few members are noticed",
                BOUND,
                () -> stage.readiness(left).equals("TOO_FEW_MEMBERS"));
        var shown = stage.job(left, job).path("job");
        assertEquals("TRAINING", shown.path("state").asText());
        assertTrue(
                shown.path("reason")
                        .asText()
                        .startsWith(
                                "Stands still: 1 of the coordinator's processes is here, and 2 are"
                                        + " needed; start another one"),
                shown::toString);
    }

    /** A living member that does not lead. */
    private static String follower(ClusterStage stage) throws Exception {
        String leader = stage.kept().leader();
        return stage.living().stream()
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Every round had every site, but the one that was killed, and no site trained a round twice.
     *
     * @param whole so many rounds were done before a site was killed
     */
    private static void assertWhole(ClusterStage stage, JsonNode shown, int whole)
            throws Exception {
        assertEquals("COMPLETED", shown.path("job").path("state").asText());
        assertEquals(ROUNDS, shown.path("rounds").size());
        var epochs = new TreeSet<Integer>();
        int number = 0;
        for (var round : shown.path("rounds")) {
            // Whoever was counted twice, or not, would have spoiled the canaries of the sum.
            assertEquals("DONE", round.path("outcome").asText(), round::toString);
            int included = round.path("included").size();
            if (number < whole) {
                assertEquals(SITES, included, round::toString);
                epochs.add(round.path("epoch").asInt());
            } else {
                assertTrue(included >= ENOUGH, round::toString);
            }
            number++;
        }
        assertEquals(1, epochs.size(), "no site has lost its keys");
        // Each site has twice the rows of the one before: only each of them once makes this sum.
        assertEquals(stage.rows(), shown.path("job").path("metrics").path("rows").asInt());
        for (var site : stage.sites()) {
            assertNoRoundTwice(log(stage, site), whole);
        }
    }

    private static Path log(ClusterStage stage, String site) {
        return stage.home(site).resolve("log/confide.log");
    }

    private static void assertNoRoundTwice(Path log, int least) throws IOException {
        var times = new TreeMap<Integer, Integer>();
        for (var line : Files.readAllLines(log)) {
            if (line.contains("event=trained")) {
                int round = Integer.parseInt(line.replaceFirst("^.* round=(\\d+) .*$", "$1"));
                assertEquals(1, times.merge(round, 1, Integer::sum), line);
            }
        }
        assertTrue(times.size() >= least - 1, times::toString);
    }
}
