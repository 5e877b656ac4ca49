package io.confide.coordinator.aggregate;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
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
    public Bytes read(JobId job, long round, SiteId site, long size) {
        var whole = ByteBuffer.allocate(Math.toIntExact(size));
        var folder = folder(job, round).resolve(site.value());
        try {
            for (int chunk = 0; (long) chunk * CHUNK_BYTES < size; chunk++) {
                long at = (long) chunk * CHUNK_BYTES;
                int length = (int) Math.min(CHUNK_BYTES, size - at);
                readInto(folder.resolve(Integer.toString(chunk)), whole.slice((int) at, length));
            }
            return Bytes.wrap(whole.array());
        } catch (IOException e) {
            throw new ConfideException(
                    ErrorCode.PROTOCOL, "A staged input of " + site + " is not whole.", e);
        }
    }

    private static void readInto(Path file, ByteBuffer bytes) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != bytes.remaining()) {
                throw new IOException("a staged chunk has the wrong length");
            }
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new IOException("a staged chunk is shorter than its length");
                }
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
