package io.confide.coordinator.jdbc;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** Turns what a driver throws into what a person can act on. */
final class SqlFailure {
    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_READONLY = 8;
    private static final int SQLITE_IO = 10;
    private static final int SQLITE_CANNOT_OPEN = 14;
    private static final String POSTGRES_DISK_FULL = "53100";

    /** Classes of SQLSTATE: the connection is gone, and the server is going or coming. */
    private static final String CONNECTION = "08";

    private static final String OPERATOR = "57P0";

    /** Not the network's fault, and not to be repeated. */
    private static final String PROTOCOL_VIOLATION = "08P01";

    /**
     * A server that has no room for one more connection or query, is still a standby, or undid a transaction for another one.
     */
    private static final Set<String> FOR_NOW =
            Set.of("53000", "53200", "53300", "25006", "40001", "40P01");

    private SqlFailure() {}

    static ConfideException of(SQLException e) {
        if (diskFull(e)) {
            return new ConfideException(
                    ErrorCode.DISK_FULL,
                    "The coordinator's database has no room for the journal; free disk space"
                            + " where its home lies, then repeat what was refused.",
                    e);
        }
        if (isAway(e)) {
            return new ConfideException(
                    ErrorCode.UNREACHABLE,
                    "The coordinator's database does not answer. Jobs wait for it and lose nothing;"
                            + " look at what is there when it is back, and repeat what is missing.",
                    e);
        }
        return new ConfideException(
                ErrorCode.INTERNAL,
                "The coordinator's database failed ("
                        + (e.getSQLState() == null ? primary(e) : e.getSQLState())
                        + "); see the coordinator's log.",
                e);
    }

    /** Whether the database may answer the same request later. */
    static boolean isAway(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return true;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return isAway(sql.getSQLState());
            }
        }
        return false;
    }

    private static boolean isAway(String state) {
        return (state.startsWith(CONNECTION) && !state.equals(PROTOCOL_VIOLATION))
                || state.startsWith(OPERATOR)
                || FOR_NOW.contains(state);
    }

    static ConfideException opening(String url, RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && diskFull(sql)) {
                return of(sql);
            }
            if (cause instanceof SQLException sql
                    && (primary(sql) == SQLITE_READONLY || primary(sql) == SQLITE_CANNOT_OPEN)) {
                break;
            }
        }
        return new ConfideException(
                ErrorCode.BAD_FILE,
                "The database "
                        + withoutOptions(url)
                        + " cannot be opened: check store.url in coordinator.yaml, and that "
                        + switch (Dialect.of(url)) {
                            case SQLITE -> "the folder exists and may be written.";
                            case POSTGRESQL ->
                                    "the server runs, has this database, and lets this user in"
                                            + " with the password in ~/.pgpass.";
                        },
                e);
    }

    /** {@code file} could not be copied into the new file {@code to}. */
    static ConfideException copying(Path file, Path to, SQLException e) {
        if (diskFull(e) || primary(e) == SQLITE_IO) {
            return new ConfideException(
                    ErrorCode.DISK_FULL,
                    "The copy %s of the database cannot be written: free disk space there."
                            .formatted(to),
                    e);
        }
        return new ConfideException(
                ErrorCode.BAD_FILE,
                "The database %s cannot be copied (%s): check that this account may read and write it, and that the disk is sound."
                        .formatted(file, e.getMessage()),
                e);
    }

    /** It has tables of a version that is newer than this one. */
    static ConfideException newer(String url, String schema) {
        return new ConfideException(
                ErrorCode.BAD_FILE,
                "The database %s was written by a newer version (its schema is %s, this version knows %d): use that version or a newer one."
                        .formatted(withoutOptions(url), schema, Database.SCHEMA));
    }

    /** Options may hold what is nobody's business. */
    private static String withoutOptions(String url) {
        int options = url.indexOf('?');
        return options < 0 ? url : url.substring(0, options);
    }

    private static boolean diskFull(SQLException e) {
        return primary(e) == SQLITE_FULL || POSTGRES_DISK_FULL.equals(e.getSQLState());
    }

    /** SQLite's extended codes carry the primary one in their low byte. */
    private static int primary(SQLException e) {
        return e.getErrorCode() & 0xff;
    }
}
