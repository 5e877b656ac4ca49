package io.confide.coordinator.jdbc;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A copy of a SQLite database as one transaction sees it, while others go on writing: {@code VACUUM INTO}, which takes no lock that
 * a writer waits for. Nothing is migrated, so that a newer version can copy the database of one that runs.
 */
public final class SqliteSnapshot {
    private static final String SCHEMA =
            "SELECT version FROM flyway_schema_history WHERE success = 1 AND version IS NOT NULL"
                    + " ORDER BY installed_rank DESC LIMIT 1";

    private SqliteSnapshot() {}

    /**
     * Copies the database in {@code file} into the new file {@code to} (mode 0600), which is not forced to disk, and checks the
     * copy. Returns the number of its schema.
     *
     * @throws ConfideException DISK_FULL if the copy cannot be written, BAD_FILE if {@code file} is no sound database of a coordinator
     */
    public static int take(Path file, Path to) {
        PrivateFiles.createEmpty(to);
        try (var connection = open(file);
                var copy = connection.prepareStatement("VACUUM INTO ?")) {
            copy.setString(1, to.toString());
            copy.execute();
        } catch (SQLException e) {
            throw SqlFailure.copying(file, to, e);
        }
        try (var connection = open(to)) {
            if (!text(connection, "PRAGMA quick_check(1)").equals("ok")) {
                throw unsound(file);
            }
            return Integer.parseInt(text(connection, SCHEMA));
        } catch (SQLException | NumberFormatException _) {
            throw unsound(file);
        }
    }

    private static Connection open(Path file) throws SQLException {
        var properties = new Properties();
        properties.setProperty("busy_timeout", "10000");
        return DriverManager.getConnection("jdbc:sqlite:" + file, properties);
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private static ConfideException unsound(Path file) {
        return new ConfideException(
                ErrorCode.BAD_FILE,
                "The database %s is damaged or not a coordinator's; go back to the backup before, and look at the disk."
                        .formatted(file));
    }
}
