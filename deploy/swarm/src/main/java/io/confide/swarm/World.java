package io.confide.swarm;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.site.SiteRecords;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobState;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One job from its beginning to its end, in virtual time and on one thread: real machines, driver, sessions and cryptography
 * of both sides, everything around them played. What happens follows from the scenario alone.
 */
final class World {
    /** Whoever owes an end has had nine minutes of a healed network by then. */
    private static final long END = 600_000;

    private static final int STEPS_MAX = 200_000;
    private static final int CONNECT_MILLIS_MAX = 300;

    private final Scenario scenario;
    private final Kit kit;
    private final Timeline time = new Timeline();
    private final Timeline.WallClock coordinatorClock = time.clock();
    private final Tally tally = new Tally();
    private final Trace trace = new Trace(time);
    private final Network network;
    private final LossyBus bus;
    private final DurableLog log = new DurableLog();
    private final SimStaging staging = new SimStaging();
    private final Attacker attacker;
    private final Watch watch;
    private final Leaders leaders;
    private final List<Site> sites = new ArrayList<>();

    /** The sites that met a trouble of their own; those of a coordinator are none of theirs. */
    private final SortedSet<Integer> troubled = new TreeSet<>();

    World(Scenario scenario, Kit kit) {
        this.scenario = scenario;
        this.kit = kit;
        this.network = new Network(scenario, time, tally);
        this.bus = new LossyBus(scenario, tally);
        this.attacker = new Attacker(scenario, kit);
        this.watch = new Watch(this);
        this.leaders = new Leaders(this);
        for (int i = 0; i < scenario.sites(); i++) {
            sites.add(new Site(this, i));
        }
    }

    /** Runs it to its end, or to the first invariant that is broken. */
    Outcome run() {
        try {
            begin();
            int steps = 0;
            while (watch.violation().isEmpty() && !leaders.isOver() && time.step(END)) {
                steps++;
                watch.limit(steps < STEPS_MAX, "a world of more than " + STEPS_MAX + " steps");
            }
            watch.end();
        } catch (RuntimeException e) {
            trace.add("exception " + e);
            var where = e.getStackTrace();
            watch.broken(0, "exception: " + e + (where.length > 0 ? " at " + where[0] : ""));
        }
        tally.count("worlds");
        return new Outcome(scenario, watch.violation(), trace.digest(), tally, trace.last());
    }

    private void begin() {
        if (scenario.keys() == Scenario.Keys.PREPARED) {
            prepare();
        } else {
            tally.count("key set-up in the world");
        }
        time.at(0, leaders::start);
        for (var site : sites) {
            time.at(late(site), () -> site.start(scenario.keys()));
        }
        scenario.ops().forEach(this::schedule);
    }

    /** The journal as the key set-up leaves it. */
    private void prepare() {
        var holders = new TreeMap<SiteId, Long>();
        var entries = new ArrayList<LogEntry>();
        for (var site : sites) {
            holders.put(site.id(), 1L);
            entries.add(new LogEntry.SiteMet(site.id(), Kit.preparedBootId(site.index()), 1));
            int place = kit.placeOf(site.index());
            site.disk()
                    .recordEpoch(
                            new SiteRecords.EpochRecord(
                                    Kit.JOB, place + 1, 1, kit.epochs.get(place).rounds()));
        }
        for (int place = 0; place < kit.groups.size(); place++) {
            var own = new TreeMap<>(holders);
            int here = place;
            own.keySet().removeIf(site -> kit.placeOf(site) != here);
            entries.add(new LogEntry.EpochBegun(place + 1));
            entries.add(new LogEntry.EpochMade(kit.epochs.get(place), own, 1));
        }
        try {
            log.append(Kit.JOB, log.lead(), entries);
        } catch (FencedException e) {
            throw new IllegalStateException("nobody else leads yet", e);
        }
    }

    private long late(Site site) {
        for (var op : scenario.ops()) {
            if (op instanceof Op.Late(var who, var at) && who == site.index()) {
                tally.count("site late");
                return at;
            }
        }
        return network.below(CONNECT_MILLIS_MAX);
    }

    /** The site that has trouble for {@code op}, whether or not a frame is lost for it. */
    private static OptionalInt culprit(Op op) {
        return switch (op) {
            case Op.SiteCrash(_, var site, _) -> OptionalInt.of(site);
            case Op.SiteDies(_, var site) -> OptionalInt.of(site);
            case Op.Late(var site, _) -> OptionalInt.of(site);
            case Op.Slow(var site, var millis) when millis >= Watch.TOO_SLOW_MILLIS ->
                    OptionalInt.of(site);
            case Op.Hang(_, var site, _) -> OptionalInt.of(site);
            case Op.SiteClock(_, var site, _) -> OptionalInt.of(site);
            case Op.Torn(var site) -> OptionalInt.of(site);
            case Op.Lies(var site, _) -> OptionalInt.of(site);
            case Op.Cut _,
                    Op.Bus _,
                    Op.Slow _,
                    Op.Crash _,
                    Op.CrashInAppend _,
                    Op.AnswerLost _,
                    Op.Takeover _,
                    Op.Clock _,
                    Op.Attacks _ ->
                    OptionalInt.empty();
        };
    }

    private void schedule(Op op) {
        culprit(op).ifPresent(this::troubles);
        switch (op) {
            case Op.SiteCrash(var at, var site, var down) ->
                    time.at(at, () -> sites.get(site).crash(down));
            case Op.SiteDies(var at, var site) -> time.at(at, () -> sites.get(site).die());
            case Op.Crash(var at, var down) -> time.at(at, () -> leaders.crash(down));
            case Op.Takeover(var at) -> time.at(at, leaders::takeOver);
            case Op.SiteClock(var at, var site, var millis) ->
                    time.at(
                            at,
                            () -> {
                                tally.count("clock of a site jumped");
                                sites.get(site).clock().jump(millis);
                            });
            case Op.Clock(var at, var millis) ->
                    time.at(
                            at,
                            () -> {
                                tally.count("clock of the coordinator jumped");
                                coordinatorClock.jump(millis);
                            });
            case Op.Slow _ -> tally.count("site slow");
            case Op.Hang _ -> tally.count("site hangs");
            case Op.Cut _ -> tally.count("partition");
            case Op.Bus _,
                    Op.Late _,
                    Op.CrashInAppend _,
                    Op.AnswerLost _,
                    Op.Torn _,
                    Op.Lies _,
                    Op.Attacks _ -> {}
        }
    }

    /** The site of this index meets a trouble of its own. */
    void troubles(int site) {
        troubled.add(site);
    }

    /** Those that did not stay from the beginning, do their work in time and meet nothing. */
    SortedSet<Integer> troubled() {
        return Collections.unmodifiableSortedSet(troubled);
    }

    boolean isCompleted() {
        return leaders.seen().state() == JobState.COMPLETED;
    }

    Scenario scenario() {
        return scenario;
    }

    Kit kit() {
        return kit;
    }

    Timeline time() {
        return time;
    }

    InstantSource coordinatorClock() {
        return coordinatorClock;
    }

    Network network() {
        return network;
    }

    LossyBus bus() {
        return bus;
    }

    DurableLog log() {
        return log;
    }

    SimStaging staging() {
        return staging;
    }

    Attacker attacker() {
        return attacker;
    }

    Watch watch() {
        return watch;
    }

    Leaders leaders() {
        return leaders;
    }

    Tally tally() {
        return tally;
    }

    Trace trace() {
        return trace;
    }
}
