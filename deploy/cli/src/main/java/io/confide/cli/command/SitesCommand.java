package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.bench.BenchProgress;
import io.confide.cli.crowd.SitesBench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code confide bench sites}. */
@Command(
        name = "sites",
        mixinStandardHelpOptions = true,
        description =
                "Connect many sites to a coordinator on this machine, each by its own connection"
                    + " with its own certificate, and let them idle; then kill the coordinator,"
                    + " start it again and wait until all are back. Prints what a site costs it.",
        footer = {
            "%nExample: confide bench sites --sites 8000",
            "The sites are links only, in one process beside the coordinator's, on the same",
            "processors. Each needs one open file in either process: see ulimit -n."
        })
public final class SitesCommand implements Callable<Integer> {
    private static final int SITES_MIN = 10;
    private static final int SITES_MAX = 20_000;
    private static final int IDLE_MAX = 3600;

    @Option(
            names = "--sites",
            required = true,
            paramLabel = "N",
            description = "How many: 10 to 20000.")
    private int sites;

    @Option(
            names = "--idle",
            paramLabel = "S",
            defaultValue = "20",
            description = "Seconds in which nothing happens. Default: ${DEFAULT-VALUE}.")
    private int idle;

    @Option(names = "--json", description = "Print the result as JSON; progress goes to stderr.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    public SitesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (sites < SITES_MIN || sites > SITES_MAX) {
            throw usage("--sites is a whole number from %d to %d.".formatted(SITES_MIN, SITES_MAX));
        }
        if (idle < 1 || idle > IDLE_MAX) {
            throw usage("--idle is a whole number of seconds from 1 to " + IDLE_MAX + ".");
        }
        try (var scratch = ScratchFolder.named("confide-bench-sites")) {
            var bench =
                    new SitesBench(sites, Duration.ofSeconds(idle), new BenchProgress(terminal));
            var report = bench.run(scratch.path());
            if (json) {
                terminal.line(JsonText.pretty(report.json()));
            } else {
                report.print(terminal);
            }
            return 0;
        }
    }

    private CommandLine.ParameterException usage(String sentence) {
        return new CommandLine.ParameterException(spec.commandLine(), sentence);
    }
}
