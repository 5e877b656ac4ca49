package io.confide.cli.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.swarm.Swarm;

import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code confide swarm}. */
@Command(
        name = "swarm",
        mixinStandardHelpOptions = true,
        description =
                "Simulate whole jobs with faults: the real coordinator and the real protocol of"
                        + " every site in virtual time, without a network or a disk. The same seed"
                        + " is the same world. Exit status 1 if an invariant was broken.",
        footer = {
            "%nExample: confide swarm --seed 1 --worlds 20000 --seconds 60",
            "What each world runs, what goes wrong and what is checked: deploy/swarm/README.md"
        })
public final class SwarmCommand implements Callable<Integer> {
    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of the first world. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--worlds",
            paramLabel = "W",
            defaultValue = "1000",
            description = "How many worlds, one per seed. Default: ${DEFAULT-VALUE}.")
    private long worlds;

    @Option(
            names = "--seconds",
            paramLabel = "T",
            defaultValue = "3600",
            description = "Begin no world after so many seconds. Default: ${DEFAULT-VALUE}.")
    private long seconds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Worlds at one time. Default: one for each processor.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    public SwarmCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        silence();
        var report = new Swarm().run(wish());
        if (json) {
            terminal.line(JsonText.pretty(json(report)));
        } else {
            print(report);
        }
        return report.failures().isEmpty() ? 0 : 1;
    }

    private Swarm.Wish wish() {
        try {
            return new Swarm.Wish(seed, worlds, Duration.ofSeconds(seconds), threads);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Thousands of coordinators would fill the log with faults that are meant. */
    private static void silence() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("io.confide").setLevel(Level.OFF);
        }
    }

    private void print(Swarm.Report report) {
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%d worlds from seed %d in %.1f s (%.0f a second, %d at one time)",
                        report.worlds(),
                        seed,
                        report.seconds(),
                        report.worlds() / report.seconds(),
                        threads));
        terminal.line(
                "%d kept scenarios before; %d worlds run twice"
                        .formatted(report.regressions(), report.twice()));
        report.tally()
                .all()
                .forEach((what, times) -> terminal.line("  %10d  %s".formatted(times, what)));
        if (report.failures().isEmpty()) {
            terminal.line(terminal.good("no invariant was broken"));
        }
        report.failures().forEach(this::print);
    }

    private void print(Swarm.Failure failure) {
        long failed = failure.found().scenario().seed();
        failure.found()
                .violation()
                .ifPresent(broken -> terminal.line(terminal.bad("seed " + failed + " " + broken)));
        failure.found().lines().forEach(line -> terminal.line("    " + line));
        terminal.line("  The least that still breaks it:");
        failure.scenario().lines().forEach(line -> terminal.line("    " + line));
        terminal.line("  Again: confide swarm --seed " + failed + " --worlds 1");
    }

    private ObjectNode json(Swarm.Report report) {
        var all = JsonText.object();
        all.put("seed", seed)
                .put("worlds", report.worlds())
                .put("seconds", report.seconds())
                .put("threads", threads)
                .put("regressions", report.regressions())
                .put("twice", report.twice());
        var counts = all.putObject("counts");
        report.tally().all().forEach(counts::put);
        var failures = all.putArray("failures");
        for (var failure : report.failures()) {
            var one = failures.addObject();
            one.put("seed", failure.found().scenario().seed());
            failure.found()
                    .violation()
                    .ifPresent(
                            broken ->
                                    one.put("oracle", broken.oracle())
                                            .put("sentence", broken.sentence()));
            var lines = one.putArray("trace");
            failure.found().lines().forEach(lines::add);
            one.put("scenario", failure.scenario());
        }
        return all;
    }
}
