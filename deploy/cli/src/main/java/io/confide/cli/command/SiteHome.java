package io.confide.cli.command;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** The option that says which site's home a command works on. */
public final class SiteHome {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "The site's home folder. Default: this folder.")
    private Path home = Path.of(".");

    /** The home, absolute. */
    Path directory() {
        return home.toAbsolutePath().normalize();
    }
}
