package io.confide.cli.command;

import io.confide.common.files.TextFile;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The one-time token, or where it is: what stands on a command line can be seen by everybody on the machine. */
final class Invitation {
    /** Longer than any token; more is refused as no token. */
    private static final int BYTES_MAX = 8192;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The token that the coordinator's administrator sent.")
    private Optional<String> token = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with the token; - reads it from the standard input.")
    private Optional<Path> file = Optional.empty();

    String token() {
        return token.orElseGet(() -> file.map(Invitation::content).orElse(""));
    }

    private static String content(Path file) {
        if (!file.toString().equals("-")) {
            return TextFile.read(file);
        }
        try {
            return new String(System.in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
