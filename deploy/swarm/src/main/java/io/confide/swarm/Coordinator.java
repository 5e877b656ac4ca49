package io.confide.swarm;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Decider;
import io.confide.common.governance.Facts;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.driver.DriverTimes;
import io.confide.coordinator.driver.JobThreads;
import io.confide.coordinator.driver.Jobs;
import io.confide.coordinator.driver.Shell;
import io.confide.coordinator.driver.SiteDirectory;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.port.Timers;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.round.RoundEvent;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One process of the coordinator: the real jobs, driver and machines, with the world's time, network and journal behind
 * their ports. Its turns are taken by the world, one thread for everything.
 */
final class Coordinator implements JobThreads, Timers, RoundLog, Decisions {
    private static final int TURN_MILLIS_MAX = 3;

    /** Below the time of the plan, so that rounds of worlds can close early. */
    private static final Duration LEAST_ROUND = Duration.ofSeconds(8);

    private final World world;
    private final int number;
    private final FencingToken token;
    private final Switchboard board;
    private final Jobs jobs;
    private final Decider decider = new Decider(Facts.atCoordinator());
    private Optional<Work> work = Optional.empty();
    private boolean alive = true;
    private boolean waking;

    Coordinator(World world, int number, FencingToken token) {
        this.world = world;
        this.number = number;
        this.token = token;
        this.board = new Switchboard(this);
        var shell =
                new Shell(
                        board,
                        this,
                        clock(),
                        world.staging(),
                        this,
                        world.kit().coordinatorKey,
                        DriverTimes.STANDARD.withLeastRound(LEAST_ROUND));
        var directory = new SiteDirectory(board, new NoEnrolments(), clock());
        this.jobs = new Jobs(shell, this, directory, this);
    }

    /** Takes the job up where {@code record} leaves it. */
    void resume(JobView seen, JobRecord record) {
        jobs.resume(world.kit().facts, token, seen, record);
    }

    World world() {
        return world;
    }

    SiteInbox inbox() {
        return jobs;
    }

    Switchboard board() {
        return board;
    }

    InstantSource clock() {
        return world.coordinatorClock();
    }

    boolean isAlive() {
        return alive;
    }

    /** The process is gone with its memory. */
    void die() {
        alive = false;
        board.hangUp(1_000);
    }

    /** Something is there to be handled: the job's turn comes soon, with whatever else has come by then. */
    void wake() {
        if (alive && !waking && work.isPresent()) {
            waking = true;
            world.time().after(world.network().below(TURN_MILLIS_MAX), this::turn);
        }
    }

    private void turn() {
        waking = false;
        if (alive) {
            try {
                work.orElseThrow().now();
            } catch (Killed _) {
                world.trace().add("coordinator " + number + " was killed");
            }
        }
    }

    /** The process is killed while it works: nothing catches it. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    @Override
    public Course prepare(String name, Work all) {
        work = Optional.of(all);
        return new Course() {
            @Override
            public void start() {
                wake();
            }

            @Override
            public boolean join(Duration bound) {
                return true;
            }
        };
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        var wanted = new boolean[] {true};
        world.time()
                .after(
                        Math.max(0, delay.toMillis()),
                        () -> {
                            if (wanted[0] && alive) {
                                task.run();
                                wake();
                            }
                        });
        return () -> wanted[0] = false;
    }

    @Override
    public long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(world.time().now());
    }

    @Override
    public List<RoundEvent> read(JobId job, long round) {
        return world.log().events(round);
    }

    @Override
    public JobRecord recall(JobId job) {
        return world.log().recall();
    }

    @Override
    public void append(JobId job, FencingToken with, List<LogEntry> entries)
            throws FencedException {
        if (!alive) {
            throw new Killed();
        }
        try {
            world.leaders().append(this, with, entries);
        } catch (FencedException e) {
            world.tally().count("coordinator fenced");
            world.trace().add("coordinator " + number + " is fenced");
            throw e;
        }
    }

    FencingToken token() {
        return token;
    }

    int number() {
        return number;
    }

    @Override
    public Verdict decide(Actor actor, Action action, Target target) {
        return decider.decide(actor, action, target, clock().instant());
    }

    @Override
    public void require(Actor actor, Action action, Target target) {
        if (decide(actor, action, target) instanceof Verdict.Deny deny) {
            throw new ConfideException(ErrorCode.DENIED, String.join(" ", deny.sentences()));
        }
    }

    @Override
    public void happened(Actor actor, String action, String target) {}

    @Override
    public void refusedSignIn(Way way, Optional<String> account) {}

    @Override
    public void tellOmitted() {}
}
