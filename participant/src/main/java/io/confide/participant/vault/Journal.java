package io.confide.participant.vault;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An append-only file of records. {@link #append} returns when the record is on the disk. The file grows in
 * zeroed steps ahead of the records, so that making a record durable needs no change of the file's length.
 *
 * <p>Form: 8 bytes {@code CONFIDE1}, then per record u32 marker, u32 length, u32 CRC-32C of length and
 * payload, payload; zeros up to the end. A last record that is incomplete was never acknowledged and is cut off on
 * opening; an unreadable record with a readable one after it means damage, and the file is refused. It may be longer than memory:
 * it is read in pieces, and one record again by its place.
 *
 * <p>Single-threaded. After a failed append nothing more is written: what is on the disk is then unknown.
 */
public final class Journal implements AutoCloseable {
    /** Largest payload. */
    public static final int RECORD_BYTES_MAX = 1 << 20;

    static final byte[] FILE_HEADER = {'C', 'O', 'N', 'F', 'I', 'D', 'E', '1'};
    static final int RECORD_HEADER_BYTES = 12;
    private static final int GROWTH_BYTES = 1 << 18;

    private final Place place;
    private final FileChannel channel;
    private long end;
    private long allocated;
    private boolean broken;

    private Journal(Place place, FileChannel channel, long end) {
        this.place = place;
        this.channel = channel;
        this.end = end;
        this.allocated = end;
    }

    /** Takes the records of a file, oldest first. */
    @FunctionalInterface
    public interface Replay {
        /** @param at where it is in the file: what {@link #at(long)} reads it again by */
        void record(long at, Bytes payload);
    }

    /**
     * Which file, and what its damage means.
     *
     * @param lost what the site no longer knows
     * @param remedy what to do
     */
    public record Place(Path file, String lost, String remedy) {
        ConfideException damaged(long at) {
            return new ConfideException(
                    ErrorCode.BAD_FILE,
                    file
                            + " is damaged at byte "
                            + at
                            + ": the site no longer knows "
                            + lost
                            + ", so it takes no rounds. "
                            + remedy);
        }
    }

    /**
     * Opens the file of {@code place}, creating it with mode 0600 if it is absent, and gives its records, oldest first,
     * to {@code replay}; throws BAD_FILE if it is damaged.
     */
    public static Journal open(Place place, Replay replay) {
        try {
            PrivateFiles.createDirectory(PrivateFiles.parent(place.file()));
            return open(place, PrivateFiles.openChannel(place.file()), replay);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(place.file(), e);
        }
    }

    /** The same through a {@code channel} that is open on the file already. */
    public static Journal open(Place place, FileChannel channel, Replay replay) throws IOException {
        var file = place.file();
        // Shorter than its header: the process died while it made the file.
        boolean fresh = channel.size() < FILE_HEADER.length;
        long end = fresh ? FILE_HEADER.length : JournalScan.run(place, channel, replay);
        if (fresh) {
            channel.truncate(0);
            writeFully(channel, ByteBuffer.wrap(FILE_HEADER), 0);
        } else {
            // Cutting first and growing again turns the torn bytes into zeros.
            channel.truncate(end);
        }
        var journal = new Journal(place, channel, end);
        journal.grow(end);
        channel.force(true);
        if (fresh) {
            PrivateFiles.forceDirectory(PrivateFiles.parent(file));
        }
        return journal;
    }

    /**
     * Gives the records of the file of {@code place}, which may be in use, to {@code replay}; none if it is absent. Nothing is
     * written; throws BAD_FILE if it is damaged.
     */
    public static void read(Place place, Replay replay) {
        if (!Files.exists(place.file())) {
            return;
        }
        try (var channel = FileChannel.open(place.file())) {
            if (channel.size() >= FILE_HEADER.length) {
                JournalScan.run(place, channel, replay);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + place.file(), e);
        }
    }

    /** Reads the record at {@code at} again; throws BAD_FILE if it is not there any more. */
    public Bytes at(long at) {
        try {
            return JournalScan.one(place, channel, at);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + place.file(), e);
        }
    }

    /**
     * Appends {@code payload} (1 byte to 1 MiB) and returns once it is durable, with where it is; throws DISK_FULL if it is not.
     */
    public long append(Bytes payload) {
        if (payload.length() < 1 || payload.length() > RECORD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a record has 1 to 1048576 bytes, not " + payload.length());
        }
        if (broken) {
            throw PrivateFiles.unwritable(place.file(), new IOException("an earlier write failed"));
        }
        try {
            var record = JournalScan.frame(payload);
            grow(end + record.remaining());
            long at = end;
            long next = end + record.remaining();
            writeFully(channel, record, end);
            channel.force(false);
            end = next;
            return at;
        } catch (IOException e) {
            broken = true;
            throw PrivateFiles.unwritable(place.file(), e);
        }
    }

    /** Whether a write failed: nothing can be recorded any more until the process starts again. */
    public boolean broken() {
        return broken;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw PrivateFiles.unwritable(place.file(), e);
        }
    }

    private void grow(long needed) throws IOException {
        while (allocated < needed || allocated == FILE_HEADER.length) {
            writeFully(channel, ByteBuffer.allocate(GROWTH_BYTES), allocated);
            allocated += GROWTH_BYTES;
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
            throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
