package io.confide.cli.command;

import io.confide.cli.Terminal;

import picocli.CommandLine.Command;

import java.util.Map;

/** {@code confide coordinator}. */
@Command(
        name = "coordinator",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Run the server that the sites dial in to, and invite sites.")
public final class CoordinatorCommands {
    @SuppressWarnings("UnusedVariable")
    private final Terminal terminal;

    @SuppressWarnings("UnusedVariable")
    private final Map<String, String> environment;

    public CoordinatorCommands(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }
}
