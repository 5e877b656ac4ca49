package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.bench.BenchProgress;
import io.confide.cli.demo.RoundsBench;
import io.confide.cli.demo.RoundsSettings;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

/** {@code confide bench rounds}. */
@Command(
        name = "rounds",
        mixinStandardHelpOptions = true,
        description =
                "Run the rounds of one job over a coordinator and sites that are processes of this"
                        + " machine, with mutual TLS, secure aggregation and everything that they"
                        + " write, on synthetic records. Prints rounds per second, and what a round"
                        + " costs.",
        footer = {
            "%nExample: confide bench rounds --sites 7 --dimension 10000 --dp 3",
            "All processes share the processors of this machine: between machines a round has",
            "more of them, and the network's delay besides."
        })
public final class RoundsCommand implements Callable<Integer> {
    private static final int DIMENSION_MIN = 200;
    private static final int DIMENSION_MAX = 400_000;
    private static final int ROWS_MAX = 10_000;
    private static final int SECONDS_MAX = 3600;

    @Option(
            names = "--sites",
            paramLabel = "N",
            defaultValue = "7",
            converter = Arguments.Sites.class,
            description = "How many, each a process: 3 to 40. Default: ${DEFAULT-VALUE}.")
    private int sites;

    @Option(
            names = "--dimension",
            paramLabel = "D",
            defaultValue = "10000",
            description =
                    "Parameters of the model, about: 200 to 400000. Default: ${DEFAULT-VALUE}.")
    private int dimension;

    @Option(
            names = "--rows",
            paramLabel = "R",
            defaultValue = "40",
            description =
                    "Records at each site, all in every sum: 1 to 10000. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int rows;

    @Option(
            names = "--dp",
            paramLabel = "EPS",
            converter = Arguments.Epsilon.class,
            description = "With the noise of record-level differential privacy; without: none.")
    private Optional<Double> epsilon = Optional.empty();

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "60",
            description =
                    "Seconds of rounds before anything is measured. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "30",
            description = "Seconds that are measured. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--json", description = "Print the result as JSON; progress goes to stderr.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    public RoundsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--dimension", dimension, DIMENSION_MIN, DIMENSION_MAX);
        require("--rows", rows, 1, ROWS_MAX);
        require("--warm-up", warmUp, 1, SECONDS_MAX);
        require("--seconds", seconds, 1, SECONDS_MAX);
        var settings =
                new RoundsSettings(
                        sites,
                        dimension,
                        rows,
                        epsilon.map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                        Duration.ofSeconds(warmUp),
                        Duration.ofSeconds(seconds));
        try (var scratch = ScratchFolder.named("confide-bench-rounds")) {
            var report = new RoundsBench(settings, new BenchProgress(terminal)).run(scratch.path());
            if (json) {
                terminal.line(JsonText.pretty(report.json()));
            } else {
                report.print(terminal);
            }
            return 0;
        }
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "%s is a whole number from %d to %d.".formatted(option, least, most));
        }
    }
}
