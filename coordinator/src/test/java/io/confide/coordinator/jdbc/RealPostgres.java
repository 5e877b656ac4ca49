package io.confide.coordinator.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/** A PostgreSQL server of its own, which a test may stop and start again. */
public final class RealPostgres implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(1);

    private final Path directory;
    private EmbeddedPostgres server;
    private int databases;

    /** Starts it over the empty {@code directory}. */
    public RealPostgres(Path directory) {
        this.directory = directory;
        this.server = start(0);
    }

    private EmbeddedPostgres start(int port) {
        try {
            var builder =
                    EmbeddedPostgres.builder()
                            .setDataDirectory(directory.resolve("data"))
                            .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
                            .setCleanDataDirectory(false)
                            .setPGStartupWait(START_MAX);
            return (port == 0 ? builder : builder.setPort(port)).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes an empty database and returns its URL. */
    public String fresh() {
        String name = "confide_" + ++databases;
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(server.getPort(), name);
    }

    static String url(int port, String name) {
        return "jdbc:postgresql://localhost:" + port + "/" + name + "?user=postgres";
    }

    int port() {
        return server.getPort();
    }

    /** The server is gone, with every connection. */
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same server on the same port. */
    public void startAgain() {
        server = start(server.getPort());
    }

    @Override
    public void close() {
        stop();
    }
}
