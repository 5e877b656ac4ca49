package io.confide.coordinator.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody.Verdict;
import io.confide.coordinator.job.JobEvent.Session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A machine and everything it asked for, with the words that tests of it are written in. */
final class Job {
    static final JobRules RULES = new JobRules(set("a", "b", "c", "d", "e"), 3, 3, 4, 3);

    JobState state;
    final List<JobEffect> effects = new ArrayList<>();

    Job(String... connected) {
        this(RULES, connected);
    }

    Job(JobRules rules, String... connected) {
        var start = JobMachine.start(rules, set(connected));
        state = start.next();
        effects.addAll(start.effects());
    }

    Job(JobMachine.Step resumed) {
        state = resumed.next();
        effects.addAll(resumed.effects());
    }

    Job on(JobEvent... events) {
        effects.clear();
        for (var event : events) {
            var step = JobMachine.step(state, event);
            state = step.next();
            effects.addAll(step.effects());
        }
        return this;
    }

    <E extends JobEffect> E only(Class<E> type) {
        var found = effects.stream().filter(type::isInstance).map(type::cast).toList();
        assertEquals(1, found.size(), () -> type + " in " + effects);
        return found.getFirst();
    }

    long count(Predicate<JobEffect> which) {
        return effects.stream().filter(which).count();
    }

    String failure() {
        return assertInstanceOf(JobState.Failed.class, state).sentence();
    }

    /** A job in its first round, over all five sites. */
    static Job running() {
        return running(RULES);
    }

    static Job running(JobRules rules) {
        var job = new Job(rules, "a", "b", "c", "d", "e");
        job.on(yes("a"), yes("b"), yes("c"), yes("d"), yes("e"));
        var start = job.only(JobEffect.StartEpoch.class);
        job.on(new JobEvent.EpochReady(start.epoch(), start.sites(), 100));
        return job;
    }

    static JobEvent failed(long round, String... revealed) {
        return new JobEvent.RoundFailed(
                round,
                new RoundFailure("Round " + round + " has no sum.", "Do something."),
                set(revealed));
    }

    static JobEvent yes(String site) {
        return answers(site, Verdict.PERMITTED);
    }

    static JobEvent no(String site) {
        return answers(site, Verdict.DENIED);
    }

    static JobEvent later(String site) {
        return answers(site, Verdict.PENDING_APPROVAL);
    }

    static JobEvent answers(String site, Verdict verdict) {
        return new JobEvent.PlanAnswered(
                new SiteId(site),
                new Answer(verdict, verdict == Verdict.PERMITTED ? List.of() : List.of("because")));
    }

    static JobEffect offer(String site) {
        return new JobEffect.OfferPlan(new SiteId(site));
    }

    static JobEvent done(long round) {
        return new JobEvent.RoundDone(round);
    }

    static JobEvent pause() {
        return new JobEvent.PauseRequested("ada");
    }

    static JobEvent resume() {
        return new JobEvent.ResumeRequested("grace");
    }

    static JobEvent gone(String site) {
        return new JobEvent.SiteGone(new SiteId(site));
    }

    static JobEvent arrives(String site, Session session) {
        return new JobEvent.SiteArrived(new SiteId(site), session);
    }

    static SortedSet<SiteId> set(String... names) {
        var set = new TreeSet<SiteId>();
        for (var name : names) {
            set.add(new SiteId(name));
        }
        return Collections.unmodifiableSortedSet(set);
    }
}
