package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.Map;

/** {@code confide job}: the researcher's work. */
@Command(
        name = "job",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Submit training jobs, watch them, get their models.")
public final class JobCommands {
    private final Terminal terminal;
    private final Map<String, String> environment;

    public JobCommands(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List jobs, newest first.")
    int list(
            @Mixin Access access,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException, InterruptedException {
        try (var coordinator = access.connect(environment)) {
            var jobs = coordinator.get("jobs");
            terminal.line(JsonText.pretty(jobs));
        }
        return 0;
    }
}
