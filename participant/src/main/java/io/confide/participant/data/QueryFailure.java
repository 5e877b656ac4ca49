package io.confide.participant.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns DuckDB's failures into one sentence. Only messages about the SQL text and file names are
 * quoted; conversion and CSV errors carry values of rows, so of those only the kind is told.
 */
final class QueryFailure {
    private static final int QUOTED_MAX = 160;
    private static final String WRAPPED = "\nError: ";
    private static final Pattern KIND = Pattern.compile("([A-Z][A-Za-z ]* Error): ");
    private static final Pattern NO_FILES =
            Pattern.compile("No files found that match the pattern \"([^\"]*)\"");

    private final String dataset;
    private final Path home;

    QueryFailure(String dataset, Path home) {
        this.dataset = dataset;
        this.home = home;
    }

    ConfideException of(SQLException e) {
        String message = cause(Objects.requireNonNullElse(e.getMessage(), ""));
        Matcher noFiles = NO_FILES.matcher(message);
        if (noFiles.find()) {
            return new ConfideException(
                    ErrorCode.FILE_MISSING,
                    "dataset "
                            + dataset
                            + ": the query reads "
                            + noFiles.group(1)
                            + ", which does not exist (relative names start at "
                            + home
                            + "); put the file there or correct the name in participant.yaml");
        }
        Matcher kind = KIND.matcher(message);
        return new ConfideException(
                ErrorCode.BAD_QUERY,
                "dataset "
                        + dataset
                        + ": DuckDB cannot run the query: "
                        + reason(kind.find() ? kind.group(1) : "", message)
                        + "; correct the query in participant.yaml");
    }

    /** The driver wraps a failed statement in a message of its own; the reason follows on a line of its own. */
    private static String cause(String message) {
        int wrapped = message.indexOf(WRAPPED);
        return wrapped < 0 ? message : message.substring(wrapped + WRAPPED.length());
    }

    private static String reason(String kind, String message) {
        return switch (kind) {
            case "Parser Error", "Binder Error", "Catalog Error", "IO Error", "Permission Error" ->
                    shortened(message.substring(message.indexOf(kind)));
            case "Out of Memory Error" -> "it needs more than 1 GiB of memory";
            case "Missing Extension Error", "HTTP Error" ->
                    "it needs the network or a DuckDB extension, and a site reads its own files"
                            + " only";
            case "" -> "it failed without a readable reason";
            default ->
                    kind
                            + " while reading the rows (a value does not fit its column's type, or"
                            + " the file's delimiter, quotes or null text are declared wrongly)";
        };
    }

    /** Returns the first line, at most 160 characters. */
    static String shortened(String message) {
        String line = message.lines().findFirst().orElse("").strip();
        return line.length() <= QUOTED_MAX ? line : line.substring(0, QUOTED_MAX) + "…";
    }
}
