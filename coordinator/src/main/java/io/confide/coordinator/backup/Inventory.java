package io.confide.coordinator.backup;

import io.confide.common.files.CoordinatorConfig;
import io.confide.common.files.CoordinatorFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.jdbc.SqliteUrl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a coordinator cannot go on without. Not among it are uploads in progress, which sites send again, the program's log, and
 * what the next start makes anew.
 *
 * @param home absolute
 */
record Inventory(Path home, Path configFile, CoordinatorConfig config) {
    /** Reads {@code configFile}; its folder is the home. */
    static Inventory of(Path configFile) {
        var file = configFile.toAbsolutePath().normalize();
        return new Inventory(file.resolveSibling(""), file, CoordinatorFile.load(file));
    }

    /** The database, if it is a file. */
    Optional<SqliteUrl> database() {
        return SqliteUrl.of(config.store(), Path.of(""))
                .map(named -> new SqliteUrl(inside("database", named.file()), named.options()));
    }

    /** The event log. */
    Path events() {
        return inside("event log", config.dataDir().resolve("events.jsonl"));
    }

    private Path inside(String what, Path named) {
        var place = home.resolve(named).normalize();
        if (place.startsWith(home) && named.isAbsolute()) {
            // Put back elsewhere it would still be that of the old home, whose coordinator may run.
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "coordinator.yaml names the %s by the absolute path %s, which would still mean this home where a backup is put back: name it relative to %s."
                            .formatted(what, named, home));
        }
        if (!place.startsWith(home)) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "The %s %s lies outside the coordinator's home %s, and a backup holds that folder alone: move it into the home and correct coordinator.yaml, or copy everything with the coordinator stopped."
                            .formatted(what, place, home));
        }
        return place;
    }

    /** All other files in the home, relative to it. */
    SortedSet<Path> files() {
        var files = new TreeSet<Path>();
        for (var name :
                List.of(
                        home.relativize(configFile).toString(),
                        "coordinator.schema.json",
                        "admin.token",
                        "session.key")) {
            addIfThere(files, home.resolve(name));
        }
        for (var folder : List.of("identity", "authority")) {
            inFolder(home.resolve(folder)).forEach(file -> addIfThere(files, file));
        }
        named().stream().filter(this::isInside).forEach(file -> addIfThere(files, file));
        return files;
    }

    /** What the configuration names outside the home. */
    List<String> leftOut() {
        return named().stream().filter(file -> !isInside(file)).map(Path::toString).toList();
    }

    private List<Path> named() {
        var named = new ArrayList<Path>();
        config.roster().ifPresent(named::add);
        named.add(config.users());
        config.signOn().flatMap(CoordinatorConfig.SignOn::clientSecretFile).ifPresent(named::add);
        config.signOn().flatMap(CoordinatorConfig.SignOn::trust).ifPresent(named::add);
        return named.stream().map(file -> home.resolve(file).normalize()).distinct().toList();
    }

    private boolean isInside(Path file) {
        return file.startsWith(home);
    }

    private void addIfThere(SortedSet<Path> files, Path file) {
        if (Files.isRegularFile(file)) {
            files.add(home.relativize(file));
        }
    }

    private static List<Path> inFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }
}
