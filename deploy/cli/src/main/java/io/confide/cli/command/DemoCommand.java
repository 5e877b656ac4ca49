package io.confide.cli.command;

import io.confide.cli.Terminal;
import io.confide.cli.demo.Demo;
import io.confide.cli.demo.DemoOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/** {@code confide demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Train one model across seven hospitals on this machine: a coordinator and one"
                    + " process per hospital, mutual TLS, secure aggregation, real public data.",
        footer = {
            "%nThe processes' ids are in DIR/pids.json: kill -9 one and see the run go on. A"
                    + " killed",
            "hospital rejoins with: confide participant start --home DIR/sites/london"
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--rounds",
            paramLabel = "R",
            converter = Arguments.Rounds.class,
            description = "Secure training rounds per fold. Default: as the job says.")
    private Optional<Integer> rounds = Optional.empty();

    @Option(
            names = "--sites",
            paramLabel = "N",
            converter = Arguments.Sites.class,
            description = "Hospitals, 3 or more. Default: 7.")
    private Optional<Integer> sites = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "pbc|synthetic",
            converter = Arguments.Records.class,
            description =
                    "Real or made-up records. Default: pbc, or synthetic where pbc cannot be"
                            + " fetched.")
    private Optional<DemoOptions.Data> data = Optional.empty();

    @Option(
            names = "--dp",
            paramLabel = "EPS",
            converter = Arguments.Epsilon.class,
            description =
                    "Record-level differential privacy with this epsilon for the whole job, such as"
                            + " 3. Default: none.")
    private Optional<Double> epsilon = Optional.empty();

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".confide/demo",
            description = "The demo's folder, emptied first. Default: ${DEFAULT-VALUE}.")
    private Path home = Path.of(".confide", "demo");

    @Option(names = "--keep", description = "Leave everything running until Ctrl-C.")
    private boolean keep;

    @Option(names = "--open", description = "Open the coordinator's page in a browser.")
    private boolean open;

    @Option(names = "--json", description = "Print the result as JSON; progress goes to stderr.")
    private boolean json;

    private final Terminal terminal;

    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var options =
                new DemoOptions(
                        number(rounds),
                        number(sites),
                        data,
                        epsilon.map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                        home,
                        keep ? DemoOptions.Afterwards.KEEP_RUNNING : DemoOptions.Afterwards.STOP,
                        open ? DemoOptions.Browser.OPEN : DemoOptions.Browser.LEAVE);
        new Demo(terminal, options, json ? Demo.Output.JSON : Demo.Output.TEXT).run();
        return 0;
    }

    private static OptionalInt number(Optional<Integer> value) {
        return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
    }
}
