package io.confide.coordinator.jdbc;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.sql.SQLException;

/** Turns what a driver throws into what a person can act on. */
final class SqlFailure {
    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_READONLY = 8;
    private static final int SQLITE_CANNOT_OPEN = 14;
    private static final String POSTGRES_DISK_FULL = "53100";

    private SqlFailure() {}

    static ConfideException of(SQLException e) {
        return diskFull(e)
                ? new ConfideException(
                        ErrorCode.DISK_FULL,
                        "The coordinator's database has no room for the journal; free disk space"
                                + " where its home lies, then repeat what was refused.",
                        e)
                : new ConfideException(
                        ErrorCode.INTERNAL,
                        "The coordinator's database failed ("
                                + primary(e)
                                + "); see the coordinator's log.",
                        e);
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
                        + url
                        + " cannot be opened: check store.url in coordinator.yaml, and that the"
                        + " folder exists and may be written.",
                e);
    }

    private static boolean diskFull(SQLException e) {
        return primary(e) == SQLITE_FULL || POSTGRES_DISK_FULL.equals(e.getSQLState());
    }

    /** SQLite's extended codes carry the primary one in their low byte. */
    private static int primary(SQLException e) {
        return e.getErrorCode() & 0xff;
    }
}
