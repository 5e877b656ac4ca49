package io.confide.cli.command;

import io.confide.common.crypto.PasswordHash;
import io.confide.common.files.TextFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** A new password: typed twice at the terminal, read from a file, or made here. Never an argument, which everybody on the machine sees. */
final class NewPassword {
    /** 32 signs that nobody takes for another: 20 of them are 100 random bits. */
    private static final String SIGNS = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int SIGNS_MADE = 20;
    private static final int BYTES_MAX = 4096;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file with the password; - reads it from the standard input.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--generate", description = "Make a password and show it once.")
    private boolean generate;

    /**
     * @param hash what is kept
     * @param shown the password itself if it was made here
     */
    record Chosen(PasswordHash hash, Optional<String> shown) {
        @Override
        public String toString() {
            return "Chosen[redacted]";
        }
    }

    /** Of a command that leaves the password as it is. */
    static final Chosen UNCHANGED =
            new Chosen(PasswordHash.ofNobody(new SecureRandom()), Optional.empty());

    /** Asks where it has to; throws ConfideException(BAD_ARGUMENT) if the password is no good. */
    Chosen choose() {
        var random = new SecureRandom();
        if (generate && file.isPresent()) {
            throw bad("Give either --password-file or --generate, not both.");
        }
        if (generate) {
            var text = new StringBuilder();
            for (int i = 0; i < SIGNS_MADE; i++) {
                text.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
            }
            String made = text.toString();
            return new Chosen(PasswordHash.of(made.toCharArray(), random), Optional.of(made));
        }
        char[] password = file.map(NewPassword::content).orElseGet(NewPassword::typed);
        int characters = password.length;
        if (CharBuffer.wrap(password).chars().anyMatch(Character::isISOControl)) {
            throw bad("A password is one line of text; no browser can send another one.");
        }
        if (characters < PasswordHash.CHARACTERS_MIN || characters > PasswordHash.CHARACTERS_MAX) {
            throw bad(
                    "A password has %d to %d characters; this one has %d. A sentence is good."
                            .formatted(
                                    PasswordHash.CHARACTERS_MIN,
                                    PasswordHash.CHARACTERS_MAX,
                                    characters));
        }
        try {
            return new Chosen(PasswordHash.of(password, random), Optional.empty());
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    /** For somebody who has no password here. */
    void requireNone() {
        if (generate || file.isPresent()) {
            throw bad("Somebody with --identity has no password here. Leave the password out.");
        }
    }

    private static char[] content(Path file) {
        if (!file.toString().equals("-")) {
            return line(TextFile.read(file));
        }
        try {
            return line(new String(System.in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that an editor wrote ends with a line break that belongs to no password. */
    private static char[] line(String text) {
        return text.replaceFirst("\\R\\z", "").toCharArray();
    }

    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null where there is no terminal
    private static char[] typed() {
        var console = System.console();
        if (console == null) {
            throw bad(
                    "There is no terminal to ask for the password. Give --password-file FILE (- is"
                            + " the standard input) or --generate.");
        }
        char[] first = console.readPassword("Password: ");
        char[] second = console.readPassword("Again: ");
        if (first == null || !Arrays.equals(first, second)) {
            throw bad("The two passwords differ; nothing was changed.");
        }
        return first;
    }

    private static ConfideException bad(String sentence) {
        return new ConfideException(ErrorCode.BAD_ARGUMENT, sentence);
    }
}
