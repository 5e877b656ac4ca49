package io.confide.coordinator.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.confide.common.model.ConfideException;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A migrated database and its connections. Every failure is a sentence ({@link SqlFailure}). */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int CONNECTIONS_MAX = 6;

    /** The newest that this version knows: the number of the last migration. */
    public static final int SCHEMA = 11;

    /** For a connection of the pool; a person waits behind it. */
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    /** More than a page: a write that needs room. */
    private static final String FILLER = "0".repeat(16 << 10);

    private final HikariDataSource source;
    private final Dialect dialect;

    private Database(HikariDataSource source, Dialect dialect) {
        this.source = source;
        this.dialect = dialect;
    }

    /** {@code sql} with this database's clock for each {@code {now}}. */
    String timed(String sql) {
        return sql.replace("{now}", dialect.now());
    }

    /**
     * Opens {@code url} and brings its tables up to date.
     *
     * @throws ConfideException BAD_FILE if it cannot be opened, or a newer version has written it
     */
    public static Database open(String url) {
        return open(url, Map.of());
    }

    /** Opens {@code url} with further driver properties, e.g. {@code max_page_count} of SQLite. */
    public static Database open(String url, Map<String, String> properties) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setPoolName("confide");
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_MAX.toMillis());
        var dialect = Dialect.of(url);
        dialect.configure(config);
        properties.forEach(config::addDataSourceProperty);
        HikariDataSource source;
        try {
            source = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw SqlFailure.opening(url, e);
        }
        try {
            var flyway = Flyway.configure().dataSource(source).load();
            refuseNewer(url, flyway.info());
            flyway.migrate();
        } catch (ConfideException e) {
            source.close();
            throw e;
        } catch (FlywayException e) {
            source.close();
            throw SqlFailure.opening(url, e);
        }
        return new Database(source, dialect);
    }

    /** By itself Flyway lets an older version work on tables that it does not know. */
    private static void refuseNewer(String url, MigrationInfoService info) {
        for (var migration : info.applied()) {
            if (migration.getState() == MigrationState.FUTURE_SUCCESS) {
                throw SqlFailure.newer(url, String.valueOf(migration.getVersion()));
            }
        }
    }

    /** Work on one connection. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T run(Connection connection) throws SQLException, E;
    }

    @FunctionalInterface
    interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Runs {@code work} in one transaction, which is undone if it throws. */
    <T, E extends Exception> T inTransaction(Work<T, E> work) throws E {
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.run(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    undo(connection);
                }
            }
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    /**
     * A database that has already undone the transaction, e.g. on a full disk, refuses to do it again;
     * such a connection no longer knows whether it is in a transaction and is never used again.
     */
    private void undo(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("event=rollback-refused", e);
            source.evictConnection(connection);
        }
    }

    <T> List<T> query(String sql, Binding binding, Row<T> row) {
        try (var connection = source.getConnection();
                var statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            var found = new ArrayList<T>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(row.read(rows));
                }
            }
            return List.copyOf(found);
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    <T> Optional<T> find(String sql, Binding binding, Row<T> row) {
        return query(sql, binding, row).stream().findFirst();
    }

    /** Whether the database answers now. */
    public boolean answers() {
        try {
            return query("SELECT 1", row -> {}, row -> row.getInt(1)).equals(List.of(1));
        } catch (ConfideException e) {
            return false;
        }
    }

    /** Whether the database takes and keeps a small write now. */
    public boolean writes() {
        try {
            update("INSERT INTO write_probe (filler) VALUES (?)", row -> row.setString(1, FILLER));
            update("DELETE FROM write_probe", _ -> {});
            return true;
        } catch (ConfideException e) {
            return false;
        }
    }

    /** Returns the number of rows changed. */
    int update(String sql, Binding binding) {
        return inTransaction(connection -> update(connection, sql, binding));
    }

    static int update(Connection connection, String sql, Binding binding) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            return statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
