package io.confide.coordinator.backup;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;

/** Folders that appear whole or not at all, for their own account alone. */
final class Folders {
    private static final int BLOCK_BYTES = 1 << 20;

    private Folders() {}

    /** Work that fills a folder. */
    @FunctionalInterface
    interface Filling<T> {
        T fill(Path folder) throws IOException;
    }

    /** Whether there is nothing at {@code place}, or an empty folder. */
    static boolean isFree(Path place) {
        if (!Files.exists(place)) {
            return true;
        }
        if (!Files.isDirectory(place)) {
            return false;
        }
        try (var inside = Files.newDirectoryStream(place)) {
            return !inside.iterator().hasNext();
        } catch (IOException e) {
            throw PrivateFiles.unwritable(place, e);
        }
    }

    /**
     * Makes the free place {@code folder} what {@code filling} makes of a folder beside it: everything is on the disk before it has
     * its name, and nothing is left of it if something fails.
     */
    static <T> T create(Path folder, Filling<T> filling) {
        var place = folder.toAbsolutePath().normalize();
        var parent = PrivateFiles.parent(place);
        PrivateFiles.createDirectory(parent);
        try {
            // Mode 0700, under a name that nobody has.
            var temporary = Files.createTempDirectory(parent, "." + place.getFileName() + ".part-");
            boolean done = false;
            try {
                T filled = filling.fill(temporary);
                force(temporary);
                Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
                done = true;
                PrivateFiles.forceDirectory(parent);
                return filled;
            } finally {
                if (!done) {
                    delete(temporary);
                }
            }
        } catch (IOException e) {
            throw PrivateFiles.unwritable(place, e);
        }
    }

    /** Everything in {@code folder} and their names are on the disk afterwards. */
    private static void force(Path folder) throws IOException {
        for (var path : all(folder)) {
            if (Files.isDirectory(path)) {
                PrivateFiles.forceDirectory(path);
            } else {
                try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        for (var path : all(folder)) {
            Files.deleteIfExists(path);
        }
    }

    /** What a folder holds before the folder itself. */
    private static List<Path> all(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        }
    }

    /** The first {@code bytes} of a file, or fewer if it is shorter. */
    record Content(long bytes, Digest digest) {}

    /** Copies {@code from} as it is now into the new file {@code to} (mode 0600), and its folders (0700). */
    static Content copy(Path from, Path to, Progress progress) throws IOException {
        PrivateFiles.createDirectory(PrivateFiles.parent(to));
        try (var in = open(from);
                var out = PrivateFiles.openChannel(to)) {
            return read(in, name(from), progress, out::write);
        }
    }

    static Content content(Path file, Progress progress) throws IOException {
        try (var in = open(file)) {
            return read(in, name(file), progress, block -> block.position(block.limit()));
        }
    }

    private static FileChannel open(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    file + " cannot be read by this account: run the command as its owner.",
                    e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** Takes what is ready in a block. */
    @FunctionalInterface
    private interface Sink {
        void take(ByteBuffer block) throws IOException;
    }

    private static Content read(FileChannel in, String what, Progress progress, Sink sink)
            throws IOException {
        long size = in.size();
        long done = 0;
        var hash = Digest.sha256();
        var block = ByteBuffer.allocate(BLOCK_BYTES);
        while (done < size) {
            block.clear().limit((int) Math.min(BLOCK_BYTES, size - done));
            if (in.read(block) < 0) {
                break;
            }
            block.flip();
            done += block.remaining();
            hash.update(block.duplicate());
            while (block.hasRemaining()) {
                sink.take(block);
            }
            progress.at(what, done, size);
        }
        return new Content(done, new Digest(Bytes.wrap(hash.digest())));
    }
}
