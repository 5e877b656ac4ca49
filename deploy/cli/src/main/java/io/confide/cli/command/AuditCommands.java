package io.confide.cli.command;

import picocli.CommandLine.Command;

/** {@code confide audit}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Check a log that nobody can rewrite unnoticed, or a finished round.")
public final class AuditCommands {}
