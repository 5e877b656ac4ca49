package io.confide.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.bench.BenchProgress;
import io.confide.cli.process.Fleet;
import io.confide.cli.process.JvmOptions;
import io.confide.cli.remote.RemoteCoordinator;
import io.confide.common.files.RosterDocument;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs the rounds of one job over a coordinator and sites that are processes of this machine, and counts what they take. */
public final class RoundsBench {
    private static final Duration FIRST_ROUND_MAX = Duration.ofMinutes(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 100;
    private static final int WARM_UP_PARTS = 10;
    private static final Set<String> OVER = Set.of("COMPLETED", "FAILED", "CANCELLED");
    private static final String PHASES = "confide_round_phases_seconds_sum{phase=\"";
    private static final String DONE = "confide_rounds_seconds_count{outcome=\"done\"";
    private static final String ANY = "confide_rounds_seconds_count{";

    private final RoundsSettings settings;
    private final BenchProgress progress;
    private final HttpClient client = HttpClient.newHttpClient();

    public RoundsBench(RoundsSettings settings, BenchProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** What the processes have done and used since they began. */
    private record Look(
            long nanos,
            double done,
            double ended,
            SortedMap<String, Double> phases,
            Map<String, Double> processorSeconds) {}

    /**
     * Runs in {@code directory}, which it fills.
     *
     * @throws ConfideException JOB_FAILED if the job ends before everything is measured; INTERNAL if no round is done within
     *     five minutes; whatever a process says that cannot start
     */
    public RoundsReport run(Path directory) throws IOException, InterruptedException {
        var home = new DemoHome(directory);
        try (var _ = home.claim();
                var fleet = new Fleet(JvmOptions.Life.LONG, home.pids())) {
            var study = RoundsStudy.write(settings, home);
            var ports = FreePorts.choose();
            new DemoFiles(home, ports).write(study);
            var starting = progress.stage("starting", settings.sites() + 2);
            var consortium = new DemoFleet(home, fleet, ports);
            try (var coordinator = consortium.startCoordinator()) {
                starting.step();
                var members = consortium.enrol(coordinator, study.hospitals());
                new DemoFiles(home, ports)
                        .roster(
                                new RosterDocument(
                                        1,
                                        study.colluders(),
                                        consortium.coordinatorKey(),
                                        members));
                consortium.pinRoster(study.hospitals());
                starting.step();
                for (var hospital : study.hospitals()) {
                    consortium.startSites(List.of(hospital));
                    starting.step();
                }
                var job = new DemoJob(coordinator, home);
                var submitted = job.submit();
                job.approve(submitted.path("planHash").asText(), study.hospitals());
                return measured(new Running(coordinator, submitted, fleet, ports), study);
            }
        } finally {
            progress.end();
        }
    }

    /** A job at work and where to ask about it. */
    private record Running(
            RemoteCoordinator coordinator, JsonNode job, Fleet fleet, FreePorts ports) {}

    private RoundsReport measured(Running running, DemoStudy study)
            throws IOException, InterruptedException {
        firstRound(running);
        var warmUp = new ArrayList<Double>();
        var stage = progress.stage("warming up", WARM_UP_PARTS);
        var before = look(running);
        for (int part = 0; part < WARM_UP_PARTS; part++) {
            Thread.sleep(settings.warmUp().dividedBy(WARM_UP_PARTS));
            var now = look(running);
            warmUp.add((now.done() - before.done()) / seconds(before, now));
            before = now;
            stage.step();
        }
        int parts = Math.toIntExact(Math.max(1, settings.measured().toSeconds()));
        var measuring = progress.stage("measuring", parts);
        for (int part = 0; part < parts; part++) {
            Thread.sleep(settings.measured().dividedBy(parts));
            measuring.step();
        }
        var after = look(running);
        requireAtWork(running);
        return report(study, before, after, warmUp);
    }

    private RoundsReport report(DemoStudy study, Look before, Look after, List<Double> warmUp) {
        double done = after.done() - before.done();
        if (done < 1) {
            throw new ConfideException(
                    ErrorCode.INTERNAL,
                    "No round was done while measuring. Measure for longer with --seconds.");
        }
        var phases = new TreeMap<String, Double>();
        after.phases()
                .forEach(
                        (phase, sum) ->
                                phases.put(phase, sum - before.phases().getOrDefault(phase, 0.0)));
        return new RoundsReport(
                settings,
                RoundsStudy.parameters(settings.dimension()),
                done,
                after.ended() - before.ended() - done,
                seconds(before, after),
                used("coordinator", before, after),
                RoundsStudy.sites(study).stream().map(site -> used(site, before, after)).toList(),
                Collections.unmodifiableSortedMap(phases),
                warmUp);
    }

    private static double used(String process, Look before, Look after) {
        return after.processorSeconds().getOrDefault(process, Double.NaN)
                - before.processorSeconds().getOrDefault(process, Double.NaN);
    }

    private static double seconds(Look before, Look after) {
        return (after.nanos() - before.nanos()) / 1e9;
    }

    private void firstRound(Running running) throws IOException, InterruptedException {
        long end = System.nanoTime() + FIRST_ROUND_MAX.toNanos();
        while (look(running).done() < 1) {
            requireAtWork(running);
            if (System.nanoTime() > end) {
                throw new ConfideException(
                        ErrorCode.INTERNAL,
                        "No round was done within %d minutes. Try a smaller --dimension."
                                .formatted(FIRST_ROUND_MAX.toMinutes()));
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static void requireAtWork(Running running) throws IOException, InterruptedException {
        var view = running.coordinator().get("jobs/" + running.job().path("id").asText());
        var state = view.path("state").asText();
        if (OVER.contains(state)) {
            throw new ConfideException(
                    ErrorCode.JOB_FAILED,
                    "The job was over before everything was measured: "
                            + view.path("reason").asText(state.toLowerCase(Locale.ROOT)));
        }
    }

    private Look look(Running running) throws IOException, InterruptedException {
        var lines = metrics(running.ports()).lines().toList();
        var phases = new TreeMap<String, Double>();
        for (var line : lines) {
            if (line.startsWith(PHASES)) {
                var phase = line.substring(PHASES.length(), line.indexOf('"', PHASES.length()));
                phases.merge(phase, value(line), Double::sum);
            }
        }
        var processor = new LinkedHashMap<String, Double>();
        running.fleet()
                .processorTimes()
                .forEach((name, time) -> processor.put(name, time.toNanos() / 1e9));
        return new Look(System.nanoTime(), sum(lines, DONE), sum(lines, ANY), phases, processor);
    }

    private static double sum(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .mapToDouble(RoundsBench::value)
                .sum();
    }

    private static double value(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ')));
    }

    private String metrics(FreePorts ports) throws IOException, InterruptedException {
        var address = URI.create("http://127.0.0.1:" + ports.management() + "/metrics");
        var request = HttpRequest.newBuilder(address).timeout(ANSWER_MAX).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
