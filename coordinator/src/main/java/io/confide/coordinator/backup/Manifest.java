package io.confide.coordinator.backup;

import io.confide.common.files.Json;
import io.confide.common.files.JsonFields;
import io.confide.common.files.JsonText;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a backup says of itself: {@code manifest.json}.
 *
 * @param taken when it was begun
 * @param build of the program that made it
 * @param name of the coordinator
 * @param config name of its configuration in the home
 * @param schema of the database that is in the backup; empty if it is on a server of its own
 * @param events how many the event log has
 * @param head hash of the last of them
 * @param files everything in the backup
 * @param leftOut what the configuration names and is not in the backup, because it lies outside the home
 */
public record Manifest(
        Instant taken,
        String build,
        String name,
        String config,
        OptionalInt schema,
        long events,
        Digest head,
        List<Entry> files,
        List<String> leftOut) {
    /** What {@link #parse} reads. */
    private static final int FORMAT = 1;

    private static final int FILES_MAX = 1000;

    /** @param path in the home, with slashes */
    public record Entry(String path, long bytes, Digest digest) {
        public Entry {
            if (!isInside(path)) {
                throw new IllegalArgumentException(path + " is no path of a file in a home");
            }
            if (bytes < 0) {
                throw new IllegalArgumentException("no file has " + bytes + " bytes");
            }
        }
    }

    public Manifest {
        files = List.copyOf(files);
        leftOut = List.copyOf(leftOut);
        var paths = new HashSet<String>();
        if (files.size() > FILES_MAX || !files.stream().allMatch(file -> paths.add(file.path()))) {
            throw new IllegalArgumentException("too many files, or one twice");
        }
        if (!paths.contains(config)) {
            throw new IllegalArgumentException("the configuration is not among the files");
        }
    }

    /** All files together. */
    public long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    /** A manifest may have been written by anybody: nothing in it leads out of the home. */
    private static boolean isInside(String path) {
        return !path.isEmpty()
                && path.indexOf('\\') < 0
                && path.indexOf('\0') < 0
                && List.of(path.split("/", -1)).stream()
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    Bytes text() {
        Json.Obj json =
                Json.object()
                        .with("format", FORMAT)
                        .with("taken", taken.toString())
                        .with("build", build)
                        .with("name", name)
                        .with("config", config)
                        .with("events", events)
                        .with("head", head.hex())
                        .with("files", new Json.Arr(files.stream().map(Manifest::json).toList()))
                        .with("leftOut", Json.texts(leftOut));
        if (schema.isPresent()) {
            json = json.with("schema", schema.getAsInt());
        }
        return Bytes.wrap((json.canonical() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Json json(Entry entry) {
        return Json.object()
                .with("path", entry.path())
                .with("bytes", entry.bytes())
                .with("sha256", entry.digest().hex());
    }

    /**
     * Reads what {@link #text} wrote; empty if it is of a format that this version does not know.
     *
     * @throws IllegalArgumentException if it is no manifest
     */
    static Optional<Manifest> parse(Bytes text) {
        var fields = JsonFields.of(JsonText.parse(text), "manifest");
        if (fields.integer("format") != FORMAT) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Manifest(
                            Instant.parse(fields.text("taken")),
                            fields.text("build"),
                            fields.text("name"),
                            fields.text("config"),
                            fields.find("schema").isPresent()
                                    ? OptionalInt.of(fields.integer("schema"))
                                    : OptionalInt.empty(),
                            fields.wholeNumber("events"),
                            Digest.ofHex(fields.text("head")),
                            fields.array("files").items().stream().map(Manifest::entry).toList(),
                            fields.array("leftOut").items().stream()
                                    .map(
                                            item ->
                                                    item instanceof Json.Text(String place)
                                                            ? place
                                                            : "?")
                                    .toList()));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("manifest.taken is no time", e);
        }
    }

    private static Entry entry(Json json) {
        var fields = JsonFields.of(json, "file");
        return new Entry(
                fields.text("path"),
                fields.wholeNumber("bytes"),
                Digest.ofHex(fields.text("sha256")));
    }
}
