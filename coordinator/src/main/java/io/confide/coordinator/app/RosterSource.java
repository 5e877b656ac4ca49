package io.confide.coordinator.app;

import io.confide.common.files.RosterDocument;
import io.confide.common.files.RosterFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.secagg.Roster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** The consortium's roster file, read anew for every job, so that a new one needs no restart. */
final class RosterSource implements Supplier<Roster> {
    private static final String HOW =
            "write one with: confide coordinator roster --coordinator-key ready.json SITE.json ..,"
                    + " name it in coordinator.yaml as roster: FILE, and let every site approve it";

    private final Optional<Path> file;
    private final Bytes coordinatorKey;

    RosterSource(Optional<Path> file, Bytes coordinatorKey) {
        this.file = file;
        this.coordinatorKey = coordinatorKey;
    }

    /**
     * Returns the roster as it is now.
     *
     * @throws ConfideException FILE_MISSING without one, BAD_FILE if it is malformed or of another coordinator
     */
    @Override
    public Roster get() {
        if (file.isEmpty()) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING, "This coordinator has no roster yet: " + HOW + ".");
        }
        var document = read(file.get());
        if (!document.coordinatorKey().equals(coordinatorKey)) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "The roster %s names another coordinator's key (%s..) than this one's (%s..); make a roster with this coordinator's key."
                            .formatted(
                                    file.get(),
                                    document.coordinatorKey().hex().substring(0, 8),
                                    coordinatorKey.hex().substring(0, 8)));
        }
        return document.roster();
    }

    private static RosterDocument read(Path path) {
        try {
            return RosterFile.parse(Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING, "The roster " + path + " does not exist: " + HOW + ".");
        } catch (IOException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "The roster %s cannot be read (%s); correct its permissions."
                            .formatted(path, e.getMessage()),
                    e);
        }
    }
}
