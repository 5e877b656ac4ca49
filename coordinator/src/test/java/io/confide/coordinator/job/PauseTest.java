package io.confide.coordinator.job;

import static io.confide.coordinator.job.Job.RULES;
import static io.confide.coordinator.job.Job.arrives;
import static io.confide.coordinator.job.Job.done;
import static io.confide.coordinator.job.Job.failed;
import static io.confide.coordinator.job.Job.gone;
import static io.confide.coordinator.job.Job.offer;
import static io.confide.coordinator.job.Job.pause;
import static io.confide.coordinator.job.Job.resume;
import static io.confide.coordinator.job.Job.running;
import static io.confide.coordinator.job.Job.set;
import static io.confide.coordinator.job.Job.yes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.SiteId;
import io.confide.coordinator.job.JobEvent.Session;
import io.confide.coordinator.round.PastSums;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class PauseTest {
    private static void assertPaused(Job job) {
        var paused = assertInstanceOf(JobState.Paused.class, job.state);
        assertEquals(Optional.of("ada"), paused.standing().pausedBy());
        assertEquals(0, job.count(JobEffect.StartRound.class::isInstance));
        assertEquals(0, job.count(JobEffect.StartEpoch.class::isInstance));
    }

    @Test
    void aRoundThatRunsEndsBeforeThePauseBegins() {
        var job = running().on(pause());
        assertInstanceOf(JobState.Running.class, job.state);
        assertEquals(List.of(), job.effects);
        job.on(done(1));
        assertPaused(job);
        assertEquals(1, ((JobState.Live) job.state).standing().tasksDone());
        var round = job.on(resume()).only(JobEffect.StartRound.class);
        assertEquals(2, round.round());
        assertEquals(1, round.task());
        assertEquals(1, round.epoch(), "keys that are ready survive a pause");
    }

    @Test
    void aRoundThatFailsIsGivenUpBeforeThePauseBeginsAndRepeatedAfterIt() {
        var job = running().on(pause()).on(failed(1));
        assertInstanceOf(JobState.Withdrawing.class, job.state);
        job.on(new JobEvent.RoundWithdrawn(1));
        assertPaused(job);
        var round = job.on(resume()).only(JobEffect.StartRound.class);
        assertEquals(2, round.round());
        assertEquals(0, round.task());
    }

    @Test
    void aFailedRoundIsGivenUpBeforeAPauseThatIsAskedForThen() {
        var job = running().on(failed(1)).on(pause());
        assertInstanceOf(JobState.Withdrawing.class, job.state);
        assertPaused(job.on(new JobEvent.RoundWithdrawn(1)));
    }

    @Test
    void aJobWhoseLastRoundEndsIsCompletedAndNotPaused() {
        var job = running().on(done(1), done(2), done(3), pause(), done(4));
        assertEquals(new JobState.Completed(4), job.state);
    }

    @Test
    void whileSitesDecideThePauseBeginsAtOnceAndTheirAnswersCount() {
        var job = new Job("a", "b", "c").on(yes("a"), pause());
        assertPaused(job);
        assertEquals(List.of(offer("b"), offer("c")), job.effects, "whoever is silent is asked");
        job.on(yes("b"), arrives("d", Session.NEW), yes("c"), yes("d"));
        assertPaused(job);
        assertEquals(
                set("a", "b", "c", "d"), job.on(resume()).only(JobEffect.StartEpoch.class).sites());
    }

    @Test
    void aKeySetUpInProgressIsAbandonedAndItsNumberIsUsed() {
        var job = new Job("a", "b", "c").on(yes("a"), yes("b"), yes("c"));
        assertEquals(1, job.only(JobEffect.StartEpoch.class).epoch());
        job.on(pause());
        assertPaused(job);
        assertEquals(List.of(new JobEffect.AbandonEpoch()), job.effects);
        job.on(new JobEvent.EpochReady(1, set("a", "b", "c"), 100));
        assertPaused(job);
        assertEquals(2, job.on(resume()).only(JobEffect.StartEpoch.class).epoch());
    }

    @Test
    void keysMadeBesideTheRoundAreAbandonedWhenThePauseBegins() {
        var job = new Job("a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        job.on(new JobEvent.EpochReady(1, set("a", "b", "c", "d"), 100));
        job.on(arrives("e", Session.NEW), yes("e"));
        assertEquals(2, job.only(JobEffect.StartEpoch.class).epoch());
        job.on(pause(), done(1));
        assertPaused(job);
        assertEquals(List.of(new JobEffect.AbandonEpoch()), job.effects);
        job.on(resume());
        assertEquals(1, job.only(JobEffect.StartRound.class).epoch());
        assertEquals(3, job.only(JobEffect.StartEpoch.class).epoch());
    }

    @Test
    void noKeysAreBegunBesideARoundThatAPauseFollows() {
        var job = new Job("a", "b", "c", "d").on(yes("a"), yes("b"), yes("c"), yes("d"));
        job.on(new JobEvent.EpochReady(1, set("a", "b", "c", "d"), 100), pause());
        assertEquals(
                0,
                job.on(arrives("e", Session.NEW), yes("e"))
                        .count(effect -> effect instanceof JobEffect.StartEpoch));
        job.on(resume());
        assertInstanceOf(JobState.Running.class, job.state);
        assertEquals(2, job.only(JobEffect.StartEpoch.class).epoch(), "lifted before it began");
    }

    @Test
    void aJobThatWaitsForSitesDoesNotRunOutOfPatienceWhileItIsPaused() {
        var job = running().on(gone("a"), gone("b"), gone("c"), done(1));
        var wait = job.only(JobEffect.StartPatience.class);
        job.on(pause(), new JobEvent.PatiencePassed(wait.number()));
        assertPaused(job);
        job.on(resume());
        assertTrue(job.only(JobEffect.StartPatience.class).number() > wait.number());
        assertInstanceOf(JobState.Waiting.class, job.state);
    }

    @Test
    void askingAgainChangesNothing() {
        var job = running().on(pause());
        var asked = job.state;
        assertEquals(asked, job.on(new JobEvent.PauseRequested("grace")).state);
        var paused = job.on(done(1)).state;
        assertEquals(paused, job.on(new JobEvent.PauseRequested("grace")).state);
        var resumed = job.on(resume()).state;
        assertEquals(resumed, job.on(resume()).state);
        assertEquals(List.of(), job.effects);
    }

    @Test
    void aPausedJobCanBeCancelled() {
        var job = running().on(pause(), done(1), new JobEvent.CancelRequested("grace"));
        assertEquals(new JobState.Cancelled(1, "grace"), job.state);
    }

    @Test
    void aPauseOutlivesTheCoordinator() {
        var sites = set("a", "b", "c", "d", "e");
        var standing =
                Standing.resumed(
                        RULES,
                        new Standing.Count(1, 1, 2, 0, 0),
                        PastSums.none(1),
                        sites,
                        Optional.of("ada"),
                        Collections.emptySortedMap());
        var keys = new Keys(new JobState.Epoch(1, sites, 100), new Keys.Next.Idle(0));
        var job = new Job(JobMachine.resume(standing, keys, new JobMachine.Left.Between()));
        assertPaused(job);
        for (var site : sites) {
            job.on(arrives(site.value(), Session.RETURNED), yes(site.value()));
            assertPaused(job);
        }
        assertEquals(3, job.on(resume()).only(JobEffect.StartRound.class).round());
        var inRound = new Job(JobMachine.resume(standing, keys, new JobMachine.Left.InRound()));
        assertPaused(inRound.on(done(2)));
    }

    /** Whatever happens: nothing begins while a job is paused, no round is lost, no number is used twice, and it completes. */
    @Property(tries = 400)
    void aPauseLosesNothing(@ForAll long seed) {
        var world = new World(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
        for (int step = 0; step < 60 && world.isLive(); step++) {
            world.happens();
        }
        world.goesWell();
        assertEquals(new JobState.Completed(RULES.tasks()), world.job.state, world.told::toString);
        assertEquals(RULES.tasks(), world.done);
    }

    /** Sites that come and go, rounds and set-ups that fail now and then, and somebody who pauses and resumes. */
    private static final class World {
        private static final List<String> SITES = List.of("a", "b", "c", "d", "e");

        final Job job = new Job("a", "b", "c");
        final List<String> told = new ArrayList<>();
        int done;
        private final RandomGenerator random;
        private OptionalLong open = OptionalLong.empty();
        private long lastRound;
        private long lastEpoch;

        World(RandomGenerator random) {
            this.random = random;
        }

        boolean isLive() {
            return job.state instanceof JobState.Live;
        }

        private void on(JobEvent event) {
            told.add(event + " in " + job.state.getClass().getSimpleName());
            boolean wasToPause =
                    job.state instanceof JobState.Live before
                            && before.standing().pausedBy().isPresent();
            boolean resumed = event instanceof JobEvent.ResumeRequested;
            job.on(event);
            switch (event) {
                case JobEvent.RoundDone(var round, _) when open.equals(OptionalLong.of(round)) -> {
                    done++;
                    open = OptionalLong.empty();
                }
                case JobEvent.RoundWithdrawn(var round) when open.equals(OptionalLong.of(round)) ->
                        open = OptionalLong.empty();
                default -> {}
            }
            for (var effect : job.effects) {
                check(effect, wasToPause && !resumed);
            }
            boolean isPaused = job.state instanceof JobState.Paused;
            assertTrue(!isPaused || open.isEmpty(), () -> "a round is lost: " + told);
        }

        private void check(JobEffect effect, boolean mayBeginNothing) {
            switch (effect) {
                case JobEffect.StartRound start -> {
                    assertTrue(!mayBeginNothing && open.isEmpty(), told::toString);
                    assertTrue(start.round() > lastRound, told::toString);
                    lastRound = start.round();
                    open = OptionalLong.of(start.round());
                }
                case JobEffect.StartEpoch start -> {
                    assertTrue(!mayBeginNothing, told::toString);
                    assertTrue(start.epoch() > lastEpoch, told::toString);
                    lastEpoch = start.epoch();
                }
                case JobEffect.OfferPlan _,
                        JobEffect.StartPatience _,
                        JobEffect.StartReturn _,
                        JobEffect.AbandonEpoch _,
                        JobEffect.CollectAborts _,
                        JobEffect.Finish _ -> {}
            }
        }

        private JobState.Live live() {
            return (JobState.Live) job.state;
        }

        void happens() {
            var site = SITES.get(random.nextInt(SITES.size()));
            boolean here = live().standing().connected().contains(new SiteId(site));
            switch (random.nextInt(8)) {
                case 0 -> on(pause());
                case 1 -> on(resume());
                case 2 -> on(here ? gone(site) : arrives(site, Session.RESUMED));
                case 3 -> {
                    if (mayFail()) {
                        on(arrives(site, Session.NEW));
                    }
                }
                case 4 -> on(yes(site));
                case 5 -> {
                    // A wait that ends fails a job, unless it is paused.
                    if (job.state instanceof JobState.Paused paused) {
                        on(new JobEvent.PatiencePassed(paused.standing().waits()));
                    }
                }
                default -> goesOn();
            }
        }

        private boolean mayFail() {
            return !(job.state instanceof JobState.KeySetup s) || s.attempt() < RULES.attemptsMax();
        }

        /** What is in progress ends, at times badly, but never so that the job has to fail. */
        private void goesOn() {
            var standing = live().standing();
            switch (job.state) {
                case JobState.KeySetup s when mayFail() && random.nextInt(3) == 0 ->
                        on(
                                new JobEvent.EpochFailed(
                                        standing.lastEpoch(),
                                        set(s.sites().first().value()),
                                        "slow"));
                case JobState.Running s
                        when random.nextInt(3) == 0
                                && standing.failures() < RULES.attemptsMax()
                                && able(s) ->
                        on(failed(standing.lastRound()));
                default -> goesWellOnce();
            }
        }

        private static boolean able(JobState.Running s) {
            var able = new TreeSet<>(s.keys().current().members());
            able.retainAll(s.standing().connected());
            return able.size() >= RULES.groups().getFirst().quorum();
        }

        private void goesWellOnce() {
            var standing = live().standing();
            switch (job.state) {
                case JobState.KeySetup s ->
                        on(
                                new JobEvent.EpochReady(
                                        standing.lastEpoch(), s.sites(), standing.lastRound() + 3));
                case JobState.Running _ -> on(done(standing.lastRound()));
                case JobState.Withdrawing _ ->
                        on(new JobEvent.RoundWithdrawn(standing.lastRound()));
                default -> {}
            }
        }

        /** The pause is lifted, every site comes back and permits the plan, and nothing fails any more. */
        void goesWell() {
            for (int step = 0; step < 40 && isLive(); step++) {
                on(resume());
                for (var site : SITES) {
                    if (isLive() && !live().standing().willing().contains(new SiteId(site))) {
                        on(arrives(site, Session.RESUMED));
                        on(yes(site));
                    }
                }
                if (isLive()) {
                    goesWellOnce();
                }
            }
        }
    }
}
