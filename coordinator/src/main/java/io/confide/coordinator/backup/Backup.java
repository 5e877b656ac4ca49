package io.confide.coordinator.backup;

import io.confide.common.governance.Event;
import io.confide.common.governance.EventLog;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;
import io.confide.coordinator.jdbc.SqliteSnapshot;
import io.confide.coordinator.jdbc.SqliteUrl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A folder with everything that a coordinator needs to go on after the loss of its machine: {@code manifest.json} and, under {@code
 * home/}, its files. Private keys and tokens are among them, unencrypted: files have mode 0600, folders 0700.
 *
 * @param digest of the manifest, and with it of everything
 */
public record Backup(Path folder, Manifest manifest, Digest digest) {
    static final String MANIFEST = "manifest.json";
    static final String HOME = "home";

    /** Who works on a home by command. */
    static final String CONSOLE = "console";

    private static final int MANIFEST_BYTES_MAX = 1 << 20;

    /**
     * Backs the coordinator of {@code configFile} up into the new folder {@code to}, whether it runs or not; its event log says so.
     *
     * @param build the version of this program
     * @throws ConfideException CONFLICT if something is at {@code to} already; BAD_FILE, FILE_MISSING if it cannot be backed up;
     *     DISK_FULL. Nothing is left then.
     */
    public static Backup take(
            Path configFile, Path to, String build, InstantSource clock, Progress progress) {
        var inventory = Inventory.of(configFile);
        var database = inventory.database().map(SqliteUrl::file);
        var events = inventory.events();
        if (!Files.exists(events) || !database.map(Files::exists).orElse(true)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    "The coordinator in %s has never run, so there is nothing to back up."
                            .formatted(inventory.home()));
        }
        if (!Folders.isFree(to)) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "%s exists already, and a backup is never written over anything: name a new folder."
                            .formatted(to));
        }
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        try (var log = EventLog.open(events)) {
            log.append(Event.of(now, CONSOLE, "coordinator.backup", inventory.config().name()));
        }
        var taken =
                Folders.create(
                        to,
                        folder ->
                                new Filling(inventory, folder.resolve(HOME), progress)
                                        .fill(folder, database, now, build));
        return new Backup(to, taken, Digest.of(taken.text()));
    }

    /**
     * Opens a backup without looking at its files.
     *
     * @throws ConfideException FILE_MISSING, BAD_FILE if there is none, or one of a newer version
     */
    public static Backup open(Path folder) {
        var file = folder.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    "%s is no backup: it has no %s.".formatted(folder, MANIFEST));
        }
        try {
            if (Files.size(file) > MANIFEST_BYTES_MAX) {
                throw new IllegalArgumentException("it is too long");
            }
            var text = Bytes.wrap(Files.readAllBytes(file));
            var manifest = Manifest.parse(text).orElseThrow(() -> newer(folder));
            return new Backup(folder, manifest, Digest.of(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "The manifest of the backup %s cannot be read (%s): take another backup."
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    private static ConfideException newer(Path folder) {
        return new ConfideException(
                ErrorCode.BAD_FILE,
                "The backup %s is of a newer version: use that one.".formatted(folder));
    }

    /**
     * Reads every file of it.
     *
     * @throws ConfideException CHECKSUM_MISMATCH if one is missing or not what was backed up
     */
    public void verify(Progress progress) {
        for (var entry : manifest.files()) {
            try {
                var file = file(entry);
                require(
                        entry,
                        Files.isRegularFile(file)
                                ? Optional.of(Folders.content(file, progress))
                                : Optional.empty());
            } catch (IOException e) {
                throw damaged(entry, "cannot be read");
            }
        }
    }

    Path file(Manifest.Entry entry) {
        return folder.resolve(HOME).resolve(entry.path());
    }

    /** Throws unless {@code found} is what was backed up. */
    void require(Manifest.Entry entry, Optional<Folders.Content> found) {
        var content = found.orElseThrow(() -> damaged(entry, "is missing"));
        if (!content.equals(new Folders.Content(entry.bytes(), entry.digest()))) {
            throw damaged(entry, "is not what was backed up (its SHA-256 differs)");
        }
    }

    ConfideException damaged(Manifest.Entry entry, String how) {
        return new ConfideException(
                ErrorCode.CHECKSUM_MISMATCH,
                "%s of the backup %s %s: use another copy of it, or another backup."
                        .formatted(entry.path(), folder, how));
    }

    /** What is done in the folder that becomes the backup. */
    private record Filling(Inventory inventory, Path copy, Progress progress) {
        /** The database first: so the event log has what was decided before anything that is in the database. */
        Manifest fill(Path folder, Optional<Path> database, Instant now, String build)
                throws IOException {
            var entries = new ArrayList<Manifest.Entry>();
            var schema = OptionalInt.empty();
            if (database.isPresent()) {
                schema = OptionalInt.of(snapshot(database.get()));
                entries.add(entry(database.get()));
            }
            for (var file : inventory.files()) {
                var from = inventory.home().resolve(file);
                Folders.copy(from, at(from), progress);
                entries.add(entry(from));
            }
            var log = at(inventory.events());
            Folders.copy(inventory.events(), log, progress);
            // An event that was being appended is cut off.
            EventLog.open(log).close();
            if (!(EventLog.verify(log) instanceof EventLog.Check.Intact(var events, var head))) {
                throw new IllegalStateException("opened and not intact: " + log);
            }
            entries.add(entry(inventory.events()));
            var manifest =
                    new Manifest(
                            now,
                            build,
                            inventory.config().name(),
                            String.valueOf(inventory.configFile().getFileName()),
                            schema,
                            events,
                            head,
                            List.copyOf(entries),
                            inventory.leftOut());
            PrivateFiles.write(folder.resolve(MANIFEST), manifest.text().toArray());
            return manifest;
        }

        private int snapshot(Path database) throws IOException {
            var to = at(database);
            PrivateFiles.createDirectory(PrivateFiles.parent(to));
            try (var _ = Growth.watch("database", to, Files.size(database), progress)) {
                return SqliteSnapshot.take(database, to);
            }
        }

        private Path at(Path file) {
            return copy.resolve(inventory.home().relativize(file));
        }

        private Manifest.Entry entry(Path file) throws IOException {
            var content = Folders.content(at(file), Progress.NONE);
            return new Manifest.Entry(
                    inventory.home().relativize(file).toString(),
                    content.bytes(),
                    content.digest());
        }
    }
}
