package io.confide.coordinator.app;

import io.confide.common.model.ConfideException;
import io.confide.common.storage.PrivateFiles;
import io.confide.coordinator.jdbc.Database;

import java.nio.file.Path;

/**
 * Writes and deletes a little where every job has to write: a coordinator that can only read refuses the next round, so
 * it is not ready.
 *
 * @param data the folder of staged inputs and of the event log
 */
record WriteProbe(Database database, Path data) {
    private static final int BYTES = 64 << 10;

    /** Whether both the database and the data folder take a write now; blocks for as long as the disk takes. */
    boolean succeeds() {
        var file = data.resolve("write.probe");
        try {
            PrivateFiles.write(file, new byte[BYTES]);
            return database.writes();
        } catch (ConfideException _) {
            return false;
        } finally {
            PrivateFiles.deleteQuietly(file);
        }
    }
}
