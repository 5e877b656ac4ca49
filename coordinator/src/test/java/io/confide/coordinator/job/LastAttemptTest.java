package io.confide.coordinator.job;

import static io.confide.coordinator.job.Job.RULES;
import static io.confide.coordinator.job.Job.arrives;
import static io.confide.coordinator.job.Job.failed;
import static io.confide.coordinator.job.Job.gone;
import static io.confide.coordinator.job.Job.pause;
import static io.confide.coordinator.job.Job.resume;
import static io.confide.coordinator.job.Job.running;
import static io.confide.coordinator.job.Job.set;
import static io.confide.coordinator.job.Job.yes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.confide.coordinator.job.JobEvent.Session;
import io.confide.coordinator.round.PastSums;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.Optional;

/** Whatever comes between the failed rounds and the last attempt at their task: that one is made with new keys. */
class LastAttemptTest {
    /** The job after as many failed rounds as precede the last attempt, the last one still to be given up. */
    private static Job beforeTheLastAttempt() {
        var job = running();
        int attempts = RULES.attemptsMax();
        for (long round = 1; round < attempts; round++) {
            job.on(failed(round), new JobEvent.RoundWithdrawn(round));
        }
        return job.on(failed(attempts));
    }

    @Test
    void theLastAttemptIsMadeWithNewKeysAfterAPauseToo() {
        var job = beforeTheLastAttempt().on(pause(), new JobEvent.RoundWithdrawn(3));
        assertInstanceOf(JobState.Paused.class, job.state);
        job.on(resume());
        assertEquals(0, job.count(JobEffect.StartRound.class::isInstance));
        var start = job.only(JobEffect.StartEpoch.class);
        job.on(new JobEvent.EpochReady(start.epoch(), start.sites(), 100));
        var round = job.only(JobEffect.StartRound.class);
        assertEquals(start.epoch(), round.epoch());
        assertEquals(0, round.task());
        assertEquals("Round 4 has no sum. Do something.", job.on(failed(4)).failure());
    }

    @Test
    void theLastAttemptIsMadeWithNewKeysAfterAWaitToo() {
        var job = beforeTheLastAttempt().on(gone("a"), gone("b"), gone("c"));
        job.on(new JobEvent.RoundWithdrawn(3));
        assertInstanceOf(JobState.Waiting.class, job.state);
        job.on(arrives("a", Session.RESUMED));
        assertEquals(set("a", "d", "e"), job.only(JobEffect.StartEpoch.class).sites());
    }

    @Test
    void theLastAttemptIsMadeWithNewKeysAfterARestartToo() {
        var sites = set("a", "b", "c", "d", "e");
        var standing =
                Standing.resumed(
                        RULES,
                        new Standing.Count(0, 1, 3, RULES.attemptsMax(), 0),
                        PastSums.none(1),
                        sites,
                        Optional.empty(),
                        Collections.emptySortedMap());
        var keys = new Keys(new JobState.Epoch(1, sites, 100), new Keys.Next.Idle(0));
        var job = new Job(JobMachine.resume(standing, keys, new JobMachine.Left.Between()));
        for (var site : sites) {
            job.on(arrives(site.value(), Session.RETURNED), yes(site.value()));
        }
        assertEquals(2, job.only(JobEffect.StartEpoch.class).epoch());
        // Those that were made before the restart, and no round has used, are new enough.
        var made =
                new Keys(
                        new JobState.Epoch(1, sites, 100),
                        new Keys.Next.Ready(new JobState.Epoch(2, sites, 100)));
        var ready = new Job(JobMachine.resume(standing, made, new JobMachine.Left.Between()));
        for (var site : sites) {
            ready.on(arrives(site.value(), Session.RETURNED), yes(site.value()));
        }
        assertEquals(2, ready.only(JobEffect.StartRound.class).epoch());
    }
}
