package io.confide.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A log that only the person who ran the command may read (0600, its folder 0700, where there are such modes). */
public final class PrivateLog {
    private PrivateLog() {}

    /** Appends {@code text}; makes the file and its folder if they are not there. */
    public static void append(Path log, String text) throws IOException {
        try (var channel =
                FileChannel.open(
                        prepared(log),
                        Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND))) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** Makes {@code log} and its folder if they are not there, and takes an older one from everybody else. */
    public static Path prepared(Path log) throws IOException {
        var folder = log.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder, mode(log, "rwx------"));
        }
        if (!Files.exists(log)) {
            FileChannel.open(
                            log,
                            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                            mode(log, "rw-------"))
                    .close();
        } else if (isPosix(log)) {
            Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-------"));
        }
        return log;
    }

    private static FileAttribute<?>[] mode(Path place, String mode) {
        return isPosix(place)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path place) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
