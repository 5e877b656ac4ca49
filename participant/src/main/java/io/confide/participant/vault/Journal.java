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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * An append-only file of records. {@link #append} returns when the record is on the disk. The file grows in
 * zeroed steps ahead of the records, so that making a record durable needs no change of the file's length.
 *
 * <p>Form: 8 bytes {@code CONFIDE1}, then per record u32 marker, u32 length, u32 CRC-32C of length and
 * payload, payload; zeros up to the end. A last record that is incomplete was never acknowledged and is cut off on
 * opening; an unreadable record with a readable one after it means damage, and the file is refused.
 *
 * <p>Single-threaded. After a failed append nothing more is written: what is on the disk is then unknown.
 */
public final class Journal implements AutoCloseable {
    /** Largest payload. */
    public static final int RECORD_BYTES_MAX = 1 << 20;

    static final byte[] FILE_HEADER = {'C', 'O', 'N', 'F', 'I', 'D', 'E', '1'};
    static final int RECORD_HEADER_BYTES = 12;
    private static final int MARKER = 0x7EC04D01;
    private static final int GROWTH_BYTES = 1 << 18;

    private final Path file;
    private final FileChannel channel;
    private long end;
    private long allocated;
    private boolean broken;

    private Journal(Path file, FileChannel channel, Recovery recovery, long allocated) {
        this.file = file;
        this.channel = channel;
        this.end = recovery.end();
        this.allocated = allocated;
    }

    /**
     * Which file, and what its damage means.
     *
     * @param lost what the site no longer knows
     * @param remedy what to do
     */
    public record Place(Path file, String lost, String remedy) {
        private ConfideException damaged(int at) {
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
    public static Journal open(Place place, Consumer<Bytes> replay) {
        try {
            PrivateFiles.createDirectory(PrivateFiles.parent(place.file()));
            return open(place, PrivateFiles.openChannel(place.file()), replay);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(place.file(), e);
        }
    }

    /** The same through a {@code channel} that is open on the file already. */
    public static Journal open(Place place, FileChannel channel, Consumer<Bytes> replay)
            throws IOException {
        var file = place.file();
        byte[] content = Files.readAllBytes(file);
        // Shorter than its header: the process died while it made the file.
        boolean fresh = content.length < FILE_HEADER.length;
        var recovery = fresh ? Recovery.EMPTY : Recovery.read(place, content);
        recovery.records().forEach(replay);
        if (fresh) {
            channel.truncate(0);
            writeFully(channel, ByteBuffer.wrap(FILE_HEADER), 0);
        } else {
            // Cutting first and growing again turns the torn bytes into zeros.
            channel.truncate(recovery.end());
        }
        var journal = new Journal(file, channel, recovery, recovery.end());
        journal.grow(recovery.end());
        channel.force(true);
        if (fresh) {
            PrivateFiles.forceDirectory(PrivateFiles.parent(file));
        }
        return journal;
    }

    /** The records of the file of {@code place}, which may be in use; none if it is absent. Nothing is written. */
    public static List<Bytes> read(Place place) {
        try {
            byte[] content =
                    Files.exists(place.file()) ? Files.readAllBytes(place.file()) : new byte[0];
            return content.length < FILE_HEADER.length
                    ? List.of()
                    : Recovery.read(place, content).records();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + place.file(), e);
        }
    }

    /** Appends {@code payload} (1 byte to 1 MiB) and returns once it is durable; throws DISK_FULL if it is not. */
    public void append(Bytes payload) {
        if (payload.length() < 1 || payload.length() > RECORD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a record has 1 to 1048576 bytes, not " + payload.length());
        }
        if (broken) {
            throw PrivateFiles.unwritable(file, new IOException("an earlier write failed"));
        }
        try {
            var record = frame(payload);
            grow(end + record.remaining());
            long next = end + record.remaining();
            writeFully(channel, record, end);
            channel.force(false);
            end = next;
        } catch (IOException e) {
            broken = true;
            throw PrivateFiles.unwritable(file, e);
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
            throw PrivateFiles.unwritable(file, e);
        }
    }

    private void grow(long needed) throws IOException {
        while (allocated < needed || allocated == FILE_HEADER.length) {
            writeFully(channel, ByteBuffer.allocate(GROWTH_BYTES), allocated);
            allocated += GROWTH_BYTES;
        }
    }

    private static ByteBuffer frame(Bytes payload) {
        var record = ByteBuffer.allocate(RECORD_HEADER_BYTES + payload.length());
        record.putInt(MARKER)
                .putInt(payload.length())
                .putInt(checksum(payload.unsafeArray(), 0, payload.length()))
                .put(payload.unsafeArray());
        return record.flip();
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(4).putInt(length).flip());
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
            throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** What reading a file found: its whole records and where they end. */
    record Recovery(List<Bytes> records, long end) {
        static final Recovery EMPTY = new Recovery(List.of(), FILE_HEADER.length);

        static Recovery read(Place place, byte[] content) {
            var buffer = ByteBuffer.wrap(content);
            for (byte expected : FILE_HEADER) {
                if (buffer.get() != expected) {
                    throw place.damaged(0);
                }
            }
            var records = new ArrayList<Bytes>();
            int at = FILE_HEADER.length;
            while (isRecord(content, buffer, at)) {
                int length = buffer.getInt(at + 4);
                byte[] payload = new byte[length];
                buffer.get(at + RECORD_HEADER_BYTES, payload);
                records.add(Bytes.wrap(payload));
                at += RECORD_HEADER_BYTES + length;
            }
            for (int later = at + 1; later < content.length; later++) {
                if (isRecord(content, buffer, later)) {
                    throw place.damaged(at);
                }
            }
            return new Recovery(List.copyOf(records), at);
        }

        private static boolean isRecord(byte[] content, ByteBuffer buffer, int at) {
            if (buffer.limit() - at < RECORD_HEADER_BYTES || buffer.getInt(at) != MARKER) {
                return false;
            }
            int length = buffer.getInt(at + 4);
            return length >= 1
                    && length <= RECORD_BYTES_MAX
                    && length <= buffer.limit() - at - RECORD_HEADER_BYTES
                    && checksum(content, at + RECORD_HEADER_BYTES, length) == buffer.getInt(at + 8);
        }
    }
}
