package io.confide.swarm;

import io.confide.common.model.Priority;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.swarm.Op.Moment;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes of the coordinator, one after another and sometimes two at once, over one journal. */
final class Leaders {
    private static final int MOVE_MILLIS_MAX = 8_000;

    private final World world;
    private Optional<Coordinator> newest = Optional.empty();
    private JobView seen;
    private int processes;
    private int appends;

    Leaders(World world) {
        this.world = world;
        var facts = world.kit().facts;
        this.seen =
                new JobView(
                        Kit.JOB.toString(),
                        facts.plan().name(),
                        facts.plan().study().name(),
                        facts.owner(),
                        JobState.AWAITING_APPROVAL,
                        facts.planHash().hex(),
                        Optional.empty(),
                        0,
                        facts.schedule().size(),
                        0,
                        facts.policy().t(),
                        facts.policy().floor(),
                        world.kit().roster.size(),
                        world.coordinatorClock().instant(),
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Priority.NORMAL);
    }

    /** What people see of the job: the newest of it that is durable. */
    JobView seen() {
        return seen;
    }

    boolean isOver() {
        return seen.ended().isPresent();
    }

    /** How many processes have led so far. */
    int processes() {
        return processes;
    }

    /** The one that sites dial. */
    Optional<Coordinator> dialled() {
        return newest.filter(Coordinator::isAlive);
    }

    void start() {
        if (isOver() || dialled().isPresent()) {
            return;
        }
        lead();
    }

    private void lead() {
        processes++;
        var process = new Coordinator(world, processes, world.log().lead());
        world.trace().add("coordinator " + processes + " leads");
        newest = Optional.of(process);
        process.resume(seen, world.log().recall());
    }

    void crash(long downMillis) {
        dialled()
                .ifPresent(
                        process -> {
                            world.tally().count("coordinator crashed");
                            kill(process, downMillis);
                        });
    }

    private void kill(Coordinator process, long downMillis) {
        process.die();
        world.staging().crash();
        world.time().after(downMillis, this::start);
    }

    /**
     * Another process takes the lease. The one before goes on until it hears of it, or somebody stops it; its sites move over
     * one by one.
     */
    void takeOver() {
        var before = dialled();
        if (before.isEmpty() || isOver()) {
            return;
        }
        world.tally().count("lease taken over");
        lead();
        before.get().board().hangUp(MOVE_MILLIS_MAX);
        world.time().after(world.network().below(MOVE_MILLIS_MAX), before.get()::die);
    }

    /** The append of {@code process}, with whatever befalls it. */
    void append(Coordinator process, FencingToken token, List<LogEntry> entries)
            throws FencedException {
        appends++;
        for (var op : world.scenario().ops()) {
            switch (op) {
                case Op.CrashInAppend(int at, Moment moment, long down) when at == appends -> {
                    world.tally().count("coordinator killed " + moment + " an append");
                    if (moment == Moment.AFTER) {
                        write(process, token, entries);
                    }
                    kill(process, down);
                    throw new Coordinator.Killed();
                }
                case Op.AnswerLost(int at) when at == appends -> {
                    world.tally().count("answer of an append lost");
                    write(process, token, entries);
                    takeOver();
                    if (!world.log().isNewest(token)) {
                        throw new FencedException(Kit.JOB, token);
                    }
                    return;
                }
                default -> {}
            }
        }
        write(process, token, entries);
    }

    private void write(Coordinator process, FencingToken token, List<LogEntry> entries)
            throws FencedException {
        world.log().append(Kit.JOB, token, entries);
        for (var entry : entries) {
            if (entry instanceof LogEntry.JobChanged(var view)) {
                seen = view;
            }
        }
        world.watch().appended(process, entries);
    }
}
