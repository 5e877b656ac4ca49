package io.confide.cli;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns what went wrong into one sentence for a person; the stack trace goes to a log whose path is printed. */
public final class Failures {
    private static final Pattern BEARER =
            Pattern.compile("(?i)\\bbearer\\s+[^\\s\"]+(\\s+[^\\s\"]+\")?");

    private final Terminal terminal;
    private final Path log;

    public Failures(Terminal terminal, Path log) {
        this.terminal = terminal;
        this.log = log;
    }

    /** Prints the sentence and, if there is more to know, where the details are. Returns the exit status 1. */
    public int report(Throwable failure, String command) {
        var known = asConfide(failure);
        terminal.clearStatus();
        terminal.note(
                terminal.bad("confide: ")
                        + sentence(known)
                        + terminal.faint(" [error " + known.code().number() + "]"));
        if (known.getCause() != null || known.code().fault() == ErrorCode.Fault.INTERNAL) {
            write(failure, command)
                    .ifPresent(path -> terminal.note(terminal.faint("details: " + path)));
        }
        return 1;
    }

    /** The failure as one of ours, whatever library it came from. */
    public static ConfideException asConfide(Throwable failure) {
        return switch (failure) {
            case ConfideException known -> known;
            case UncheckedIOException wrapped ->
                    ofIo(Objects.requireNonNullElseGet(wrapped.getCause(), IOException::new));
            case IOException io -> ofIo(io);
            case InterruptedException e ->
                    new ConfideException(ErrorCode.INTERNAL, "Interrupted.", e);
            case Exception wrapper when wrapper.getCause() instanceof ConfideException known ->
                    known;
            default ->
                    new ConfideException(
                            ErrorCode.INTERNAL,
                            "An error inside Confide: " + describe(failure),
                            failure);
        };
    }

    private static ConfideException ofIo(IOException io) {
        return switch (io) {
            case NoSuchFileException e ->
                    new ConfideException(ErrorCode.FILE_MISSING, missing(e.getFile()));
            case AccessDeniedException e ->
                    new ConfideException(
                            ErrorCode.BAD_ARGUMENT,
                            e.getFile()
                                    + " may not be read or written by this user. Fix its"
                                    + " permissions or run as another user.");
            case FileAlreadyExistsException e ->
                    new ConfideException(
                            ErrorCode.CONFLICT,
                            e.getFile() + " exists already. Move it away or choose another path.");
            case FileSystemException e when isDiskFull(e) ->
                    new ConfideException(
                            ErrorCode.DISK_FULL,
                            "The disk that holds " + e.getFile() + " is full. Free some space.",
                            e);
            case FileSystemException e ->
                    new ConfideException(
                            ErrorCode.BAD_ARGUMENT,
                            e.getFile()
                                    + " cannot be used"
                                    + (e.getReason() == null ? "" : " (" + e.getReason() + ")")
                                    + ". Check the path.",
                            e);
            case BindException e ->
                    new ConfideException(
                            ErrorCode.PORT_IN_USE, "A port is in use: " + describe(e), e);
            case ConnectException e ->
                    new ConfideException(
                            ErrorCode.UNREACHABLE,
                            "No connection could be made: " + describe(e),
                            e);
            default ->
                    new ConfideException(
                            isDiskFull(io) ? ErrorCode.DISK_FULL : ErrorCode.INTERNAL,
                            "Reading or writing failed: " + describe(io),
                            io);
        };
    }

    private static String missing(String file) {
        return Files.exists(Path.of(file))
                ? file + " cannot be used for this. Check the path."
                : file + " does not exist. Check the path.";
    }

    private static boolean isDiskFull(IOException e) {
        String message = e.getMessage();
        return message != null && message.contains("No space left on device");
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        String text =
                message == null || message.isBlank()
                        ? failure.getClass().getSimpleName()
                        : withoutTokens(message).lines().findFirst().orElse("").strip();
        return text.endsWith(".") ? text : text + ".";
    }

    private static String sentence(ConfideException known) {
        String message = known.getMessage();
        return message == null ? known.code().name() : message;
    }

    private Optional<Path> write(Throwable failure, String command) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        try {
            PrivateLog.append(
                    log,
                    Instant.now()
                            + " confide "
                            + command
                            + "\n"
                            + withoutTokens(text.toString())
                            + "\n");
            return Optional.of(log);
        } catch (IOException _) {
            return Optional.empty(); // a full or read-only disk must not hide the sentence itself
        }
    }

    /** Libraries put the header that they refuse into their message. */
    private static String withoutTokens(String text) {
        return BEARER.matcher(text).replaceAll("Bearer (left out)");
    }
}
