package io.confide.common.storage;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only the account of their process may read (0600, directories 0700), written whole or not at all. */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> FILE_MODE =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY_MODE =
            PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Creates {@code directory} and its parents with mode 0700; existing ones are left as they are. */
    public static void createDirectory(Path directory) {
        try {
            Files.createDirectories(directory, mode(directory, DIRECTORY_MODE));
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    /** Replaces {@code file} by {@code content}: afterwards it has the old content or the new one, never a part. */
    public static void write(Path file, byte[] content) {
        replace(file, content, _ -> {});
    }

    /**
     * Writes {@code file}, which is not there yet.
     *
     * @throws java.nio.file.FileAlreadyExistsException if it is; it is left as it was
     */
    public static void writeNew(Path file, byte[] content) throws IOException {
        try (var channel = create(file)) {
            try {
                writeAll(channel, content);
            } catch (IOException e) {
                deleteQuietly(file);
                throw e;
            }
        }
    }

    /**
     * The same as {@link #write} for whoever runs as another account than the process that reads the file, such as root: the file belongs to
     * whom {@code like} belongs to, and has the mode that it had before.
     *
     * @throws ConfideException DENIED if this account may not give the file away; then nothing has changed
     */
    public static void writeFor(Path like, Path file, byte[] content) {
        replace(
                file,
                content,
                temporary -> {
                    if (isPosix(file)) {
                        giveTo(like, file, temporary);
                    }
                });
    }

    /** Something that is done to a file before it has its name. */
    @FunctionalInterface
    private interface Finish {
        void finish(Path temporary) throws IOException;
    }

    private static void replace(Path file, byte[] content, Finish finish) {
        var temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary);
            try (var channel = create(temporary)) {
                writeAll(channel, content);
            }
            finish.finish(temporary);
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            forceDirectory(parent(file));
        } catch (IOException e) {
            deleteQuietly(temporary);
            throw unwritable(file, e);
        }
    }

    private static void writeAll(FileChannel channel, byte[] content) throws IOException {
        var buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    /** No link is followed: in a folder of somebody else's, {@code temporary} may have become one. */
    private static void giveTo(Path like, Path file, Path temporary) throws IOException {
        var owner = Files.readAttributes(like, PosixFileAttributes.class);
        var view =
                Files.getFileAttributeView(
                        temporary, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (Files.exists(file)) {
            view.setPermissions(Files.getPosixFilePermissions(file));
        }
        try {
            var now = view.readAttributes();
            boolean foreign = !now.owner().equals(owner.owner());
            boolean shared = now.permissions().contains(PosixFilePermission.GROUP_READ);
            if ((foreign || shared) && !now.group().equals(owner.group())) {
                view.setGroup(owner.group());
            }
            if (foreign) {
                view.setOwner(owner.owner());
            }
        } catch (FileSystemException e) {
            deleteQuietly(temporary);
            throw new ConfideException(
                    ErrorCode.DENIED,
                    ("%s has to belong to %s of the group %s, and this account cannot make it so;"
                                    + " nothing was changed. Run the command as that account, e.g."
                                    + " with sudo -u %s.")
                            .formatted(
                                    file,
                                    owner.owner().getName(),
                                    owner.group().getName(),
                                    owner.owner().getName()),
                    e);
        }
    }

    /** Only if there is none yet: through a link that somebody has put there nothing is written. */
    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                mode(file, FILE_MODE));
    }

    /** Creates {@code file} empty with mode 0600, for a library that opens files itself; an existing one is left. */
    public static void createEmpty(Path file) {
        try (var _ = openChannel(file)) {
            forceDirectory(parent(file));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Opens {@code file} for reading and writing; creates it with mode 0600. */
    public static FileChannel openChannel(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE),
                mode(file, FILE_MODE));
    }

    /** The directory that {@code file} is in. */
    public static Path parent(Path file) {
        var parent = file.toAbsolutePath().getParent();
        return parent == null ? file.getFileSystem().getPath("/") : parent;
    }

    /** Makes the names in {@code directory} durable where the platform lets a directory be synchronised. */
    public static void forceDirectory(Path directory) throws IOException {
        if (isPosix(directory)) {
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    public static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // A left-over temporary file is overwritten by the next write.
        }
    }

    /** The one sentence for a file that could not be written. */
    public static ConfideException unwritable(Path file, IOException cause) {
        String why = cause.getMessage();
        return new ConfideException(
                ErrorCode.DISK_FULL,
                "cannot write "
                        + file
                        + " ("
                        + (why == null ? cause.getClass().getSimpleName() : why)
                        + "): free disk space or correct the permissions there, then try again",
                cause);
    }

    /** Returns the content, or throws FILE_MISSING with {@code hint}, which says how the file comes about. */
    public static byte[] read(Path file, String hint) {
        if (!Files.exists(file)) {
            throw new ConfideException(ErrorCode.FILE_MISSING, file + " is missing; " + hint);
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static FileAttribute<?>[] mode(Path place, Set<PosixFilePermission> permissions) {
        return isPosix(place)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path place) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
