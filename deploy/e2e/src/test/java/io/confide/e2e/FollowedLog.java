package io.confide.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A log that grows and is rolled over, read so that each line is seen once; several processes, one after the other, may write it. */
final class FollowedLog {
    private final Path file;
    private Object identity = "";
    private long at;

    FollowedLog(Path file) {
        this.file = file;
    }

    /** The whole lines that came since the last look. */
    List<String> fresh() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        Object now =
                Objects.requireNonNull(
                        Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        if (now.equals(identity)) {
            return read(file);
        }
        if (identity.equals("")) {
            identity = now;
            return read(file);
        }
        return restOfTheOld(now);
    }

    /** What was written before the file was rolled over; nothing while it is still being compressed. */
    private List<String> restOfTheOld(Object now) throws IOException {
        try {
            var lines = archive().isPresent() ? read(archive().get()) : List.<String>of();
            identity = now;
            at = 0;
            return lines;
        } catch (EOFException _) {
            return List.of();
        }
    }

    private Optional<Path> archive() throws IOException {
        try (var files = Files.list(file.getParent())) {
            return files.filter(each -> each.toString().endsWith(".log.gz"))
                    .max(Comparator.comparing(FollowedLog::changed));
        }
    }

    private static java.nio.file.attribute.FileTime changed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> read(Path from) throws IOException {
        try (var in = opened(from)) {
            in.skipNBytes(at);
            byte[] bytes = in.readAllBytes();
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            at += end;
            return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static InputStream opened(Path from) throws IOException {
        var in = Files.newInputStream(from);
        return from.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }
}
