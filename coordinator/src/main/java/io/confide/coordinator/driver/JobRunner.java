package io.confide.coordinator.driver;

import io.confide.common.governance.Action;
import io.confide.common.governance.Target;
import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.coordinator.job.JobEffect;
import io.confide.coordinator.job.JobEvent;
import io.confide.coordinator.job.JobMachine;
import io.confide.coordinator.job.JobState;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.UsualTimes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Runs one job: steps {@link JobMachine}, performs its effects, and has at most one key set-up and one round at a time. */
final class JobRunner {
    private final JobParts parts;

    /** The same as {@link #parts}, seen from each group. */
    private final List<JobParts> groups;

    private final Decisions governor;
    private final JobPublisher publisher;
    private final Offers offers;
    private JobState state;
    private Optional<EpochRunner> setup = Optional.empty();

    /** By epoch: the keys of the rounds, and those that take their place at the next one. */
    private final NavigableMap<Long, ReadyEpoch> keys = new TreeMap<>();

    private Optional<RoundRunner> round = Optional.empty();
    private Optional<Withdrawal> withdrawal = Optional.empty();

    /** Of the failed rounds of the present task. */
    private final List<AbortCert> aborted = new ArrayList<>();

    /** What a site that comes back by another way may have missed. */
    private SortedMap<SiteId, List<CoordinatorMessage>> reminders = Collections.emptySortedMap();

    private final Release release;

    /** How long sites took so far. */
    private UsualTimes known;

    private volatile Optional<OpenInputs> openInputs = Optional.empty();

    /** @param before of the job that has not begun */
    JobRunner(JobParts parts, Decisions governor, JobPublisher publisher, JobState before) {
        this.parts = parts;
        this.groups =
                IntStream.range(0, parts.facts().groups().size()).mapToObj(parts::inGroup).toList();
        this.governor = governor;
        this.publisher = publisher;
        this.offers = new Offers(parts);
        this.state = before;
        this.release = new Release(parts, governor);
        this.known = RoundTiming.nothingKnown(parts.facts().plan(), parts.shell().times());
    }

    /**
     * Begins with the sites that are there; whoever connects meanwhile arrives by mail as well, which is harmless.
     *
     * @param processes the boot id of a site that is there
     */
    void begin(Function<SiteId, Optional<Bytes>> processes) {
        var there = new TreeSet<>(parts.shell().sites().connected());
        there.retainAll(parts.facts().jobRules().roster());
        for (var site : there) {
            processes
                    .apply(site)
                    .ifPresent(id -> parts.journal().note(parts.processes().came(site, id)));
        }
        take(JobMachine.start(parts.facts().jobRules(), there));
    }

    /** Goes on where the job stands. */
    void resume(Resumption from) {
        keys.putAll(from.keys());
        round = from.round();
        withdrawal = from.withdrawal();
        aborted.addAll(from.aborted());
        release.goesOn(from.roundsDone(), from.least());
        reminders = from.reminders();
        take(from.step());
        settleRound();
    }

    private void take(JobMachine.Step step) {
        state = step.next();
        publisher.changed(state);
        step.effects().forEach(this::perform);
    }

    /**
     * Tells a site that has come back to another process of the coordinator what it may have missed, and what it is asked for.
     */
    void remind(SiteId site) {
        reminders.getOrDefault(site, List.of()).forEach(message -> parts.send(site, message));
        round(site).ifPresent(running -> running.remind(site));
    }

    boolean isLive() {
        return state instanceof JobState.Live;
    }

    /** The round that takes inputs now; from any thread. */
    Optional<OpenInputs> openInputs() {
        return openInputs;
    }

    /** The newest key set-up, in progress or done, until the job forgets it. */
    Optional<EpochRunner> setup() {
        return setup;
    }

    /** The same if it is of the group of {@code site}: no other may say anything in it. */
    Optional<EpochRunner> setup(SiteId site) {
        return setup.filter(running -> running.concerns(site));
    }

    /** The round that runs now if it is of the group of {@code site}. */
    Optional<RoundRunner> round(SiteId site) {
        return round.filter(running -> running.concerns(site));
    }

    /** The round that runs now if it is this one. */
    Optional<RoundRunner> round(long number) {
        return round.filter(running -> running.number() == number);
    }

    /** The failed round that sites are asked to give up, if it is this one. */
    Optional<Withdrawal> withdrawal(long number) {
        return withdrawal.filter(running -> running.round() == number);
    }

    /** A site gave up a failed round. */
    void gaveUp(SiteId site, SiteMessage.Abort message) {
        withdrawal
                .filter(running -> running.concerns(site))
                .flatMap(running -> running.received(site, message))
                .ifPresent(
                        proof -> {
                            long number = withdrawal.orElseThrow().round();
                            withdrawal = Optional.empty();
                            aborted.add(proof);
                            parts.journal().note(new LogEntry.RoundWithdrawn(number, proof));
                            happened(new JobEvent.RoundWithdrawn(number));
                        });
    }

    /** Something happened to the job: steps the machine, notes what people see, performs what follows. */
    void happened(JobEvent event) {
        var step = JobMachine.step(state, event);
        if (step.effects().isEmpty() && step.next().equals(state)) {
            return;
        }
        state = step.next();
        if (event instanceof JobEvent.EpochReady(var epoch, var members, _)) {
            keys.put(epoch, setup.flatMap(EpochRunner::ready).orElseThrow());
            remindersOf(members);
        }
        publisher.changed(state);
        step.effects().forEach(this::perform);
    }

    /** Those of its group, for the other groups keep the keys that they have. */
    private void remindersOf(SortedSet<SiteId> members) {
        var facts = parts.facts();
        var all = new TreeMap<>(reminders);
        all.keySet().removeIf(site -> facts.placeOf(site) == facts.placeOf(members.first()));
        var certificate = setup.flatMap(EpochRunner::certificate).stream().toList();
        members.forEach(site -> all.put(site, certificate));
        reminders = all;
    }

    /** Somebody asks for {@code event} and is answered when what follows from it is durable. */
    void asked(JobEvent event, CompletableFuture<Mail.Heard> heard) {
        var before = state;
        happened(event);
        var answer = state.equals(before) ? Mail.Heard.CHANGES_NOTHING : Mail.Heard.DONE;
        parts.journal().reveal(() -> heard.complete(answer));
    }

    /** Offers the plan again to those that are here and have not decided. */
    void offerAgain(int times) {
        if (state instanceof JobState.Live live) {
            offers.again(times, live.standing().undecided());
        }
    }

    /** Something happened to {@code site} in the round, if one of its group runs. */
    void inRound(SiteId site, RoundEvent event) {
        round(site).ifPresent(running -> running.happened(event));
        settleRound();
    }

    /** Passes the end of a round on to the job; to be called whenever a round may have ended. */
    void settleRound() {
        var ended = round.flatMap(r -> r.outcome().map(outcome -> Map.entry(r, outcome)));
        ended.ifPresent(
                end -> {
                    round = Optional.empty();
                    known = end.getKey().times().map(known::with).orElse(known);
                    long number = end.getKey().number();
                    end.getKey().fixed().ifPresent(sum -> summed(number, sum));
                    switch (end.getValue()) {
                        case RoundEnding.Outcome.Done(var spared) -> {
                            aborted.clear();
                            release.counted(end.getKey().state());
                            if (end.getKey().parts().facts().isLastGroup()) {
                                // Before, the numbers would be those of some groups alone.
                                publisher.measured(number);
                            }
                            happened(new JobEvent.RoundDone(number, spared));
                        }
                        case RoundEnding.Outcome.Failed(var failure, var revealed, var desk) -> {
                            withdrawal =
                                    Optional.of(new Withdrawal(end.getKey().parts(), number, desk));
                            happened(new JobEvent.RoundFailed(number, failure, revealed));
                        }
                    }
                });
        openInputs = round.flatMap(RoundRunner::openInputs);
    }

    private void summed(long number, SortedSet<SiteId> included) {
        parts.journal().note(new LogEntry.SumFixed(number, included));
        happened(new JobEvent.SumFixed(included));
    }

    private void perform(JobEffect effect) {
        switch (effect) {
            case JobEffect.OfferPlan(var site) -> offers.offer(site);
            case JobEffect.StartPatience(var number) ->
                    parts.after(parts.shell().times().patience(), new Mail.PatienceOver(number));
            case JobEffect.StartReturn(var number) ->
                    parts.after(parts.shell().times().comeback(), new Mail.PatienceOver(number));
            case JobEffect.StartEpoch start -> startEpoch(start);
            case JobEffect.AbandonEpoch _ -> forgetSetup();
            case JobEffect.StartRound start -> startRound(start);
            case JobEffect.CollectAborts(var number) ->
                    withdrawal(number).ifPresent(failed -> failed.ask(0));
            case JobEffect.Finish(var end) -> finish(end);
        }
    }

    private void startEpoch(JobEffect.StartEpoch start) {
        forgetSetup();
        var facts = parts.facts();
        governor.require(
                Governor.COORDINATOR,
                Action.START_TRAINING,
                new Target.Work(facts.plan(), facts.planHash(), start.sites().size()));
        long oldest = keys.isEmpty() ? start.epoch() : keys.firstKey();
        int place = facts.placeOf(start.sites().first());
        setup = Optional.of(EpochRunner.start(groups.get(place), start, oldest));
    }

    private void startRound(JobEffect.StartRound start) {
        var used = Objects.requireNonNull(keys.get(start.epoch()), "keys of the epoch");
        var group = groups.get(start.task() % groups.size());
        // Those that were made before for the same group.
        keys.headMap(start.epoch(), false)
                .values()
                .removeIf(older -> older.terms().roster().equals(used.terms().roster()));
        var task =
                new RoundTask(
                        start.round(),
                        parts.facts().schedule().get(start.task()),
                        used,
                        start.members(),
                        start.connected(),
                        start.past(),
                        aborted);
        round = Optional.of(RoundRunner.open(group, task, known));
        openInputs = round.flatMap(RoundRunner::openInputs);
    }

    private void finish(JobState end) {
        stop();
        if (end instanceof JobState.Completed) {
            release.make();
        }
        publisher.ended();
    }

    /** Forgets the set-up and the round; also when the job cannot go on for a reason that its machine does not know. */
    void stop() {
        forgetSetup();
        round.ifPresent(RoundRunner::abandon);
        round = Optional.empty();
        withdrawal = Optional.empty();
        openInputs = Optional.empty();
        keys.clear();
    }

    private void forgetSetup() {
        setup.ifPresent(EpochRunner::cancel);
        setup = Optional.empty();
    }
}
