package io.confide.coordinator.job;

import static io.confide.coordinator.job.Job.arrives;
import static io.confide.coordinator.job.Job.done;
import static io.confide.coordinator.job.Job.failed;
import static io.confide.coordinator.job.Job.gone;
import static io.confide.coordinator.job.Job.later;
import static io.confide.coordinator.job.Job.no;
import static io.confide.coordinator.job.Job.pause;
import static io.confide.coordinator.job.Job.resume;
import static io.confide.coordinator.job.Job.set;
import static io.confide.coordinator.job.Job.yes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.coordinator.job.JobEvent.Session;
import io.confide.coordinator.round.PastSums;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Two groups of four, each of which has each of three tasks, one group after the other. */
class GroupsTest {
    private static final JobRules.Group FIRST = new JobRules.Group(set("a", "b", "c", "d"), 3, 3);
    private static final JobRules.Group SECOND = new JobRules.Group(set("e", "f", "g", "h"), 3, 3);
    private static final JobRules RULES =
            new JobRules(List.of(FIRST, SECOND), 6, 3, Long.MAX_VALUE, 1);
    private static final String[] ALL = {"a", "b", "c", "d", "e", "f", "g", "h"};

    private static Job permitted() {
        var job = new Job(RULES, ALL);
        for (var site : ALL) {
            job.on(yes(site));
        }
        return job;
    }

    private static Job keysMade(Job job) {
        var start = job.only(JobEffect.StartEpoch.class);
        return job.on(new JobEvent.EpochReady(start.epoch(), start.sites(), 100));
    }

    /** In the first round of the second group; both have keys. */
    private static Job running() {
        var job = keysMade(permitted());
        job.on(done(1));
        return keysMade(job);
    }

    @Test
    void theGroupsTakeTurnsAndEachKeepsItsKeys() {
        var job = permitted();
        assertEquals(FIRST.sites(), job.only(JobEffect.StartEpoch.class).sites());
        keysMade(job);
        for (int turn = 0; turn < 6; turn++) {
            if (turn == 1) {
                assertEquals(SECOND.sites(), job.only(JobEffect.StartEpoch.class).sites());
                keysMade(job);
            }
            var round = job.only(JobEffect.StartRound.class);
            assertEquals(turn, round.task());
            assertEquals(turn + 1, round.round(), "numbers are the job's");
            assertEquals(1 + turn % 2, round.epoch());
            assertEquals((turn % 2 == 0 ? FIRST : SECOND).sites(), round.members());
            assertEquals(round.members(), round.connected());
            job.on(done(round.round()));
        }
        assertEquals(new JobState.Completed(6), job.only(JobEffect.Finish.class).end());
    }

    @Test
    void nothingBeginsBeforeEveryGroupHasEnough() {
        var job = new Job(RULES, "a", "b", "c", "d", "e", "f");
        job.on(yes("a"), yes("b"), yes("c"), yes("d"), yes("e"), yes("f"));
        assertInstanceOf(JobState.AwaitingApproval.class, job.state);
        var waiting = JobSentences.waitingFor(job.state, "hash");
        assertTrue(
                waiting.contains("(6 of 8 sites permit it so far, but not enough of every group)"),
                waiting);
        assertTrue(waiting.contains("g (not connected), h (not connected)"), waiting);
        job.on(arrives("g", Session.NEW), yes("g"));
        assertEquals(FIRST.sites(), job.only(JobEffect.StartEpoch.class).sites());
    }

    @Test
    void aGroupThatTooManyRefuseEndsTheJob() {
        var job = new Job(RULES, ALL);
        job.on(no("a"), no("e"));
        assertInstanceOf(JobState.AwaitingApproval.class, job.state);
        job.on(no("f"));
        assertTrue(
                job.failure()
                        .startsWith(
                                "Too many sites refuse the plan (3 must take part of e, f, g, h):"
                                        + " e: because; f: because."),
                job::failure);
    }

    @Test
    void whoLosesItsKeysWhileTheOtherGroupRunsIsBackAtItsTurn() {
        var job = running();
        job.on(arrives("b", Session.NEW), yes("b"));
        assertEquals(0, job.count(JobEffect.StartEpoch.class::isInstance), "not beside a round");
        job.on(done(2));
        var start = job.only(JobEffect.StartEpoch.class);
        assertEquals(FIRST.sites(), start.sites());
        assertEquals(3, start.epoch());
        assertEquals(3, start.firstRound());
        keysMade(job);
        assertEquals(3, job.only(JobEffect.StartRound.class).epoch());
        job.on(done(3));
        assertEquals(2, job.only(JobEffect.StartRound.class).epoch(), "the others keep theirs");
    }

    @Test
    void whoIsAwayIsMissedInItsOwnGroupAlone() {
        var job = running();
        job.on(gone("a"), gone("b"), done(2));
        assertInstanceOf(JobState.Waiting.class, job.state);
        var waiting = JobSentences.waitingFor(job.state, "hash");
        assertTrue(waiting.contains("2 of at least 3 are here"), waiting);
        assertTrue(waiting.endsWith("a (not connected), b (not connected)"), waiting);
        job.on(arrives("a", Session.RESUMED));
        assertEquals(set("a", "c", "d"), job.only(JobEffect.StartRound.class).connected());
    }

    @Test
    void aFailedRoundIsTheSameGroupsAgain() {
        var job = running();
        job.on(failed(2), new JobEvent.RoundWithdrawn(2));
        var again = job.only(JobEffect.StartRound.class);
        assertEquals(1, again.task());
        assertEquals(3, again.round());
        assertEquals(SECOND.sites(), again.members());
    }

    @Test
    void keysThatRunOutAreMadeAnewAtTheTurnOfTheirGroup() {
        var job = permitted();
        var start = job.only(JobEffect.StartEpoch.class);
        assertEquals(6, start.tasksLeft(), "rounds of the others have numbers too");
        job.on(new JobEvent.EpochReady(start.epoch(), start.sites(), 2));
        job.on(done(1));
        keysMade(job);
        job.on(done(2));
        assertEquals(3, job.only(JobEffect.StartEpoch.class).epoch());
    }

    @Test
    void aPauseBetweenTwoGroupsKeepsTheKeysOfBoth() {
        var job = running();
        job.on(pause(), done(2));
        assertInstanceOf(JobState.Paused.class, job.state);
        job.on(arrives("f", Session.NEW), yes("f"), resume());
        var round = job.only(JobEffect.StartRound.class);
        assertEquals(1, round.epoch());
        job.on(done(round.round()));
        assertEquals(SECOND.sites(), job.only(JobEffect.StartEpoch.class).sites());
    }

    @Test
    void whoChangesItsMindIsNotAskedAnyMore() {
        var job = running();
        job.on(later("c"), done(2));
        assertEquals(set("a", "b", "d"), job.only(JobEffect.StartRound.class).connected());
    }

    @Test
    void afterARestartTheTurnIsTheOneThatWasNext() {
        var resting = new TreeMap<Integer, JobState.Epoch>();
        resting.put(0, new JobState.Epoch(1, FIRST.sites(), 100));
        var standing =
                Standing.resumed(
                        RULES,
                        new Standing.Count(3, 2, 3, 0, 0),
                        PastSums.none(1),
                        set(ALL),
                        Optional.empty(),
                        resting);
        var keys = new Keys(new JobState.Epoch(2, SECOND.sites(), 100), new Keys.Next.Idle(0));
        var job = new Job(JobMachine.resume(standing, keys, new JobMachine.Left.Between()));
        for (var site : ALL) {
            job.on(arrives(site, Session.RETURNED), yes(site));
        }
        var round = job.only(JobEffect.StartRound.class);
        assertEquals(2, round.epoch());
        assertEquals(3, round.task());
        job.on(done(4));
        assertEquals(1, job.only(JobEffect.StartRound.class).epoch());
    }

    @Test
    void everyGroupHasEveryTask() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new JobRules(List.of(FIRST, SECOND), 5, 3, 9, 1));
    }
}
