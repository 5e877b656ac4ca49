package io.confide.cli.command;

import picocli.CommandLine.Command;

/** {@code confide bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Measure what the machine at hand makes of Confide.")
public final class BenchCommands {}
