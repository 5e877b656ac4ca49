package io.confide.coordinator.backup;

import io.confide.common.files.Json;
import io.confide.common.governance.Event;
import io.confide.common.governance.EventLog;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.SqliteUrl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A home that is made of a backup. */
public final class Restore {
    private Restore() {}

    /** What becomes of the jobs, invitations and sessions that the backup has. */
    public enum Jobs {
        /**
         * The coordinator may have gone on after the backup: whatever was not over then has failed, and says so. Nothing is signed
         * again about a round or keys that sites may know otherwise.
         */
        END,
        /** A person says that no coordinator has run since: everything goes on as after a restart. */
        GO_ON
    }

    /**
     * @param aftermath of the jobs; empty if everything goes on
     * @param events in the log, that of the restoring included
     */
    public record Restored(Path home, Optional<Aftermath> aftermath, long events) {}

    /**
     * Makes the free place {@code home} the home of the coordinator in {@code backup}, with every file checked. Over PostgreSQL the
     * database must have been put back by its own tools before.
     *
     * @throws ConfideException CONFLICT if there is something at {@code home}; CHECKSUM_MISMATCH; BAD_FILE for a newer
     *     schema, or a database that cannot be opened or lies elsewhere; CONFLICT if a coordinator works on the database now;
     *     DISK_FULL. Nothing is left at {@code home} then.
     */
    public static Restored into(
            Path home, Backup backup, Jobs jobs, Instant now, Progress progress) {
        var manifest = backup.manifest();
        if (!Folders.isFree(home)) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "%s is not empty, and a backup is never put over anything: name a new folder, or move that one away."
                            .formatted(home));
        }
        if (manifest.schema().orElse(0) > Database.SCHEMA) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "The backup %s was made by a newer version (its schema is %d, this version knows %d): use that version or a newer one."
                            .formatted(
                                    backup.folder(), manifest.schema().orElse(0), Database.SCHEMA));
        }
        return Folders.create(
                home,
                folder -> {
                    copy(backup, folder, progress);
                    var inventory = Inventory.of(folder.resolve(manifest.config()));
                    // Nothing outside the new home is opened.
                    inventory.events();
                    inventory.database();
                    var aftermath = aftermath(inventory, jobs, manifest.taken(), now);
                    return new Restored(
                            home, aftermath, note(inventory, backup, jobs, aftermath, now));
                });
    }

    private static void copy(Backup backup, Path home, Progress progress) throws IOException {
        for (var entry : backup.manifest().files()) {
            var from = backup.file(entry);
            backup.require(
                    entry,
                    Files.isRegularFile(from)
                            ? Optional.of(Folders.copy(from, home.resolve(entry.path()), progress))
                            : Optional.empty());
        }
    }

    private static Optional<Aftermath> aftermath(
            Inventory inventory, Jobs jobs, Instant taken, Instant now) {
        var config = inventory.config();
        return switch (jobs) {
            case GO_ON -> Optional.empty();
            case END -> {
                var file = inventory.database();
                try (var database =
                        Database.open(file.map(SqliteUrl::url).orElseGet(config::store))) {
                    var reach = file.isPresent() ? Aftermath.Reach.A_COPY : Aftermath.Reach.SHARED;
                    yield Optional.of(Aftermath.settle(database, reach, config, taken, now));
                }
            }
        };
    }

    /** Where the chain of events forks, it says so. */
    private static long note(
            Inventory inventory,
            Backup backup,
            Jobs jobs,
            Optional<Aftermath> aftermath,
            Instant now) {
        var details =
                Json.object()
                        .with("backup", backup.digest().hex())
                        .with("taken", backup.manifest().taken().toString())
                        .with("jobs", jobs == Jobs.END ? "ended" : "go on")
                        .with("jobsEnded", aftermath.map(all -> all.ended().size()).orElse(0));
        try (var log = EventLog.open(inventory.events())) {
            log.append(
                    Event.of(now, Backup.CONSOLE, "coordinator.restore", inventory.config().name())
                            .with(details));
        }
        return backup.manifest().events() + 1;
    }
}
