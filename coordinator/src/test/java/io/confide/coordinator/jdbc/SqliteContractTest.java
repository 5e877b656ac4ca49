package io.confide.coordinator.jdbc;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** On SQLite as it is shipped. */
class SqliteContractTest extends EveryContract {
    @TempDir Path directory;

    @Override
    String fresh() throws Exception {
        return "jdbc:sqlite:" + Files.createTempDirectory(directory, "db").resolve("confide.db");
    }
}
