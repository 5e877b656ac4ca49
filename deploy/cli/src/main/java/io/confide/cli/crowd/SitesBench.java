package io.confide.cli.crowd;

import io.confide.cli.bench.BenchProgress;
import io.confide.cli.demo.FreePorts;
import io.confide.cli.process.Fleet;
import io.confide.cli.process.JvmOptions;
import io.confide.cli.process.JvmOptions.Role;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.participant.link.Endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Connects many sites to a coordinator's process, lets them idle, and kills it under them. */
public final class SitesBench {
    /** So many handshakes are under way at once while the crowd is built up; a storm knows no such bound. */
    private static final int AT_ONCE = 64;

    /** Connected before anything is measured: what the first ones need is there for all. */
    private static final int FIRST_MAX = 100;

    private static final Duration START_MAX = Duration.ofMinutes(4);
    private static final Duration STEP_MAX = Duration.ofMinutes(10);
    private static final long POLL_MILLIS = 20;
    private static final long READY_EVERY_MILLIS = 250;

    private final int sites;
    private final Duration idle;
    private final BenchProgress progress;

    /** @param idle how long nothing happens while the processor time is measured */
    public SitesBench(int sites, Duration idle, BenchProgress progress) {
        this.sites = sites;
        this.idle = idle;
        this.progress = progress;
    }

    /**
     * Runs in {@code directory}, which it fills.
     *
     * @throws ConfideException INTERNAL if the sites are not all connected within ten minutes; whatever the coordinator says
     *     if it cannot start
     */
    public SitesReport run(Path directory) throws IOException, InterruptedException {
        var home = new CrowdHome(directory, FreePorts.choose());
        var enrolling = progress.stage("enrolling", sites);
        var endpoints = home.enrol(sites, enrolling::step);
        try (var fleet = new Fleet(JvmOptions.Life.LONG, home.pids());
                var crowd = new Crowd()) {
            return measured(home, fleet, crowd, endpoints);
        } finally {
            progress.end();
        }
    }

    private SitesReport measured(CrowdHome home, Fleet fleet, Crowd crowd, List<Endpoint> endpoints)
            throws IOException, InterruptedException {
        var child = started(home, fleet);
        double connecting;
        SitesReport.Idle idling;
        try (var figures = new ProcessFigures(child.process(), home.management())) {
            int first = Math.min(FIRST_MAX, sites / 2);
            var stage = progress.stage("connecting", sites);
            connect(crowd, endpoints.subList(0, first), stage);
            var few = figures.memory();
            var before = figures.processor();
            connect(crowd, endpoints.subList(first, sites), stage);
            connecting = seconds(figures.processor().minus(before)) / (sites - first);
            idling = idle(figures, few, sites - first);
        }
        long failed = crowd.failures();
        child.process().destroyForcibly().waitFor();
        await("leaving", crowd, () -> crowd.connected() == 0);
        var again = started(home, fleet);
        try (var figures = new ProcessFigures(again.process(), home.management())) {
            return new SitesReport(sites, connecting, idling, storm(crowd, figures, failed));
        }
    }

    private static Fleet.Child started(CrowdHome home, Fleet fleet)
            throws IOException, InterruptedException {
        Files.deleteIfExists(home.ready());
        var child =
                fleet.start(
                        Role.COORDINATOR,
                        "coordinator",
                        home.log(),
                        List.of(
                                "coordinator",
                                "start",
                                "--config",
                                home.configuration().toString()));
        fleet.awaitReady(child, home.ready(), START_MAX);
        return child;
    }

    private void connect(Crowd crowd, List<Endpoint> endpoints, BenchProgress.Stage stage)
            throws InterruptedException {
        for (var endpoint : endpoints) {
            await("connecting", crowd, () -> crowd.size() - crowd.connected() < AT_ONCE);
            crowd.add(endpoint);
            stage.step();
        }
        await("connecting", crowd, () -> crowd.connected() == crowd.size());
    }

    private SitesReport.Idle idle(ProcessFigures figures, ProcessFigures.Memory few, int more)
            throws IOException, InterruptedException {
        var before = figures.processor();
        long begin = System.nanoTime();
        Thread.sleep(idle);
        double share =
                seconds(figures.processor().minus(before)) * 1e9 / (System.nanoTime() - begin);
        var full = figures.memory();
        return new SitesReport.Idle(
                (full.heapBytes() - few.heapBytes()) / more,
                perSite(full.residentBytes(), few.residentBytes(), more),
                full.heapBytes(),
                share,
                full.threads().stream().mapToDouble(threads -> threads).findFirst());
    }

    private static OptionalDouble perSite(OptionalLong full, OptionalLong few, int more) {
        return full.isPresent() && few.isPresent()
                ? OptionalDouble.of((double) (full.getAsLong() - few.getAsLong()) / more)
                : OptionalDouble.empty();
    }

    private SitesReport.Storm storm(Crowd crowd, ProcessFigures figures, long failedBefore)
            throws InterruptedException {
        long begin = System.nanoTime();
        long slowest = 0;
        double half = 0;
        long asked = begin;
        var stage = progress.stage("coming back", sites);
        int told = 0;
        while (crowd.connected() < sites) {
            long now = System.nanoTime();
            require("coming back", crowd, now - begin);
            if (half == 0 && 2 * crowd.connected() >= sites) {
                half = (now - begin) / 1e9;
            }
            if (now - asked > READY_EVERY_MILLIS * 1_000_000) {
                slowest = Math.max(slowest, figures.readyMillis().orElse(0));
                asked = now;
            }
            for (; told < crowd.connected(); told++) {
                stage.step();
            }
            Thread.sleep(POLL_MILLIS);
        }
        double all = (System.nanoTime() - begin) / 1e9;
        return new SitesReport.Storm(
                half == 0 ? all : half,
                all,
                seconds(figures.processor()) / sites,
                crowd.failures() - failedBefore,
                slowest);
    }

    /** Something that the crowd comes to. */
    private interface Reached {
        boolean holds();
    }

    private void await(String what, Crowd crowd, Reached reached) throws InterruptedException {
        long begin = System.nanoTime();
        while (!reached.holds()) {
            require(what, crowd, System.nanoTime() - begin);
            Thread.sleep(POLL_MILLIS);
        }
    }

    private void require(String what, Crowd crowd, long nanos) {
        crowd.size();
        if (nanos > STEP_MAX.toNanos()) {
            throw new ConfideException(
                    ErrorCode.INTERNAL,
                    "Still %s after %d minutes: %d of %d sites are connected. Try fewer with --sites."
                            .formatted(what, STEP_MAX.toMinutes(), crowd.connected(), sites));
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
