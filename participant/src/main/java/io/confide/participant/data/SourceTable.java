package io.confide.participant.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.duckdb.DuckDBDriver;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The result of a site's query in an in-memory DuckDB. The query must be one SELECT; once it has run,
 * the database can neither reach a file or the network nor be told to, and it never spills to disk.
 */
final class SourceTable implements AutoCloseable {
    private static final String MEMORY_MAX = "1GiB";
    private static final String TABLE = "bound";

    private final Connection connection;

    private SourceTable(Connection connection) {
        this.connection = connection;
    }

    /** Runs {@code query}, relative file names resolved against {@code home}, and locks the database. */
    static SourceTable load(String dataset, String query, Path home) {
        var explain = new QueryFailure(dataset, home);
        try {
            Connection connection = open();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET file_search_path = " + text(home.toString()));
                SelectOnly.check(connection, dataset, query);
                statement.execute("CREATE TEMP TABLE " + TABLE + " AS " + query);
                statement.execute("SET enable_external_access = false");
                statement.execute("SET lock_configuration = true");
                return new SourceTable(connection);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw explain.of(e);
        }
    }

    /** Returns the DuckDB type by column name, in the order of the query. */
    Map<String, String> columns() {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT column_name, data_type FROM duckdb_columns()"
                                        + " WHERE table_name = '"
                                        + TABLE
                                        + "' ORDER BY column_index")) {
            var columns = new LinkedHashMap<String, String>();
            while (rows.next()) {
                columns.put(rows.getString(1), rows.getString(2));
            }
            return columns;
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    /** Returns how many rows satisfy {@code condition}, an SQL expression made by this package. */
    int count(String condition) {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT count(*) FROM " + TABLE + " WHERE " + condition)) {
            rows.next();
            return Math.toIntExact(rows.getLong(1));
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    /** Calls {@code reader} with every row of the listed SQL expressions. */
    void forEach(String expressions, RowReader reader) {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT " + expressions + " FROM " + TABLE)) {
            while (rows.next()) {
                reader.read(rows);
            }
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    /** Runs {@code sql} and says whether the locked database let it: for tests of the lock. */
    boolean permits(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException _) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    /** Quotes a column name for SQL. */
    static String name(String column) {
        return '"' + column.replace("\"", "\"\"") + '"';
    }

    static String text(String value) {
        return '\'' + value.replace("'", "''") + '\'';
    }

    static Connection open() throws SQLException {
        var settings = new Properties();
        settings.setProperty("threads", "1");
        settings.setProperty("memory_limit", MEMORY_MAX);
        settings.setProperty("temp_directory", "");
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("allow_community_extensions", "false");
        settings.setProperty("jdbc_stream_results", "true");
        Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", settings);
        if (connection == null) {
            throw new SQLException("DuckDB refused its own address");
        }
        return connection;
    }

    /** The table exists and only our own SQL runs on it, so a failure here is ours; its text may hold values. */
    private static ConfideException broken(SQLException e) {
        return new ConfideException(
                ErrorCode.INTERNAL,
                "reading the bound dataset failed inside DuckDB ("
                        + e.getClass().getSimpleName()
                        + "); please report this");
    }

    /** Reads one row. */
    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }
}
