package io.confide.coordinator.aggregate;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;
import io.confide.coordinator.port.InputStaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Chunks as files {@code <directory>/<job>/<round>/<site>/<chunk>}. They are never forced to disk: after a crash the sites,
 * which still have the bytes, are asked for them again.
 */
public final class FileInputStaging implements InputStaging {
    private static final String PARTIAL = ".part";

    private final Path directory;

    /** Stages below {@code directory}, whose old contents are of an earlier process and are deleted. */
    public FileInputStaging(Path directory) {
        this.directory = directory;
        delete(directory);
    }

    @Override
    public void store(JobId job, long round, SiteId site, int chunk, Bytes content) {
        var folder = folder(job, round).resolve(site.value());
        var target = folder.resolve(Integer.toString(chunk));
        var partial = folder.resolve(chunk + PARTIAL);
        try {
            if (Files.exists(target)) {
                return;
            }
            Files.createDirectories(folder);
            Files.write(partial, content.unsafeArray());
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw full(e);
        }
    }

    @Override
    public BitSet have(JobId job, long round, SiteId site) {
        var have = new BitSet();
        try (Stream<Path> files = Files.list(folder(job, round).resolve(site.value()))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(PARTIAL))
                    .forEach(name -> have.set(Integer.parseInt(name)));
        } catch (NoSuchFileException e) {
            return have;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return have;
    }

    @Override
    public StoredVector open(JobId job, long round, SiteId site, long size) {
        var staged = new Staged(folder(job, round).resolve(site.value()), size);
        try {
            staged.requireWhole();
        } catch (IOException e) {
            throw new ConfideException(
                    ErrorCode.PROTOCOL, "A staged input of " + site + " is not whole.", e);
        }
        return staged;
    }

    /** A vector in the chunks of {@code folder}; each is there whole, or is not there. */
    private record Staged(Path folder, long length) implements StoredVector {
        void requireWhole() throws IOException {
            for (long at = 0; at < length; at += CHUNK_BYTES) {
                if (Files.size(chunk(at)) != Math.min(CHUNK_BYTES, length - at)) {
                    throw new IOException("a staged chunk has the wrong length");
                }
            }
        }

        private Path chunk(long at) {
            return folder.resolve(Long.toString(at / CHUNK_BYTES));
        }

        @Override
        public void read(long from, byte[] into, int count) {
            Objects.checkFromIndexSize(from, count, length);
            for (int done = 0; done < count; ) {
                long at = from + done;
                int some = (int) Math.min(count - done, CHUNK_BYTES - at % CHUNK_BYTES);
                readInto(chunk(at), at % CHUNK_BYTES, ByteBuffer.wrap(into, done, some));
                done += some;
            }
        }

        private static void readInto(Path file, long from, ByteBuffer bytes) {
            try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                long at = from;
                while (bytes.hasRemaining()) {
                    int read = channel.read(bytes, at);
                    if (read < 0) {
                        throw new IOException("a staged chunk is shorter than its length");
                    }
                    at += read;
                }
            } catch (IOException e) {
                throw new VectorLostException(e);
            }
        }
    }

    @Override
    public void discard(JobId job, long round) {
        delete(folder(job, round));
    }

    private Path folder(JobId job, long round) {
        return directory.resolve(job.toString()).resolve(Long.toString(round));
    }

    private static void delete(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            tree.sorted(Comparator.reverseOrder()).forEach(FileInputStaging::deleteOne);
        } catch (NoSuchFileException e) {
            // Nothing was staged.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ConfideException full(IOException e) {
        return new ConfideException(
                ErrorCode.DISK_FULL,
                "The coordinator cannot store an input: free disk space where its data directory"
                        + " lies, and check that it may be written.",
                e);
    }
}
