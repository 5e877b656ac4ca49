package io.confide.cli.command;

import io.confide.cli.Terminal;

import picocli.CommandLine.Command;

/** {@code confide demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Seven hospitals on this machine.")
public final class DemoCommand {
    @SuppressWarnings("UnusedVariable")
    private final Terminal terminal;

    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }
}
