package io.confide.cli.command;

import io.confide.cli.Terminal;

import picocli.CommandLine.Command;

/** {@code confide audit}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Check a log that nobody can rewrite unnoticed.")
public final class AuditCommands {
    @SuppressWarnings("UnusedVariable")
    private final Terminal terminal;

    public AuditCommands(Terminal terminal) {
        this.terminal = terminal;
    }
}
