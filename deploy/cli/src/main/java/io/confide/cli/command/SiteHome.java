package io.confide.cli.command;

import io.confide.participant.app.ParticipantProcess;

import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;

/** The option that says which site's home a command works on. */
public final class SiteHome {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "The site's home folder. Default: this folder.")
    private Path home = Path.of(".");

    /** The home of a site that is there already, absolute. */
    Path existing() {
        var directory = directory();
        if (!Files.isDirectory(directory)) {
            throw ParticipantProcess.notASite(directory);
        }
        return directory;
    }

    /** The home, absolute. */
    Path directory() {
        return home.toAbsolutePath().normalize();
    }
}
