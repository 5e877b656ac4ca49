package io.confide.participant.vault;

import io.confide.common.model.Bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Reads the records of a {@link Journal}'s file one after the other, in pieces: however long the file is, a few MiB of it are in
 * memory. The file may be written meanwhile; what it grows by is not read.
 */
final class JournalScan {
    /** A whole record and more. */
    static final int PIECE_BYTES = 2 << 20;

    private static final int MARKER = 0x7EC04D01;
    private static final int LENGTH_AT = 4;
    private static final int CHECKSUM_AT = 8;

    private final Journal.Place place;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    private long from;

    private JournalScan(Journal.Place place, FileChannel channel, long size) {
        this.place = place;
        this.channel = channel;
        this.size = size;
        piece.limit(0);
    }

    /**
     * Gives every whole record to {@code replay} and returns where they end; throws BAD_FILE if the file does not begin as one, or an
     * unreadable record has a readable one after it.
     *
     * @param channel on a file of at least its header's length
     */
    static long run(Journal.Place place, FileChannel channel, Journal.Replay replay)
            throws IOException {
        var scan = new JournalScan(place, channel, channel.size());
        scan.header();
        return scan.records(replay);
    }

    /** The record at {@code at}; throws BAD_FILE if there is none any more. */
    static Bytes one(Journal.Place place, FileChannel channel, long at) throws IOException {
        var head = ByteBuffer.allocate(Journal.RECORD_HEADER_BYTES);
        fill(channel, head, at);
        int length = head.remaining() < head.capacity() ? 0 : head.getInt(LENGTH_AT);
        if (length < 1 || length > Journal.RECORD_BYTES_MAX || head.getInt(0) != MARKER) {
            throw place.damaged(at);
        }
        var payload = ByteBuffer.allocate(length);
        fill(channel, payload, at + Journal.RECORD_HEADER_BYTES);
        if (payload.remaining() < length
                || checksum(payload.array(), 0, length) != head.getInt(CHECKSUM_AT)) {
            throw place.damaged(at);
        }
        return Bytes.wrap(payload.array());
    }

    /** The bytes of a record, ready to be written. */
    static ByteBuffer frame(Bytes payload) {
        var record = ByteBuffer.allocate(Journal.RECORD_HEADER_BYTES + payload.length());
        record.putInt(MARKER)
                .putInt(payload.length())
                .putInt(checksum(payload.unsafeArray(), 0, payload.length()))
                .put(payload.unsafeArray());
        return record.flip();
    }

    private void header() throws IOException {
        load(0);
        for (byte expected : Journal.FILE_HEADER) {
            if (piece.get() != expected) {
                throw place.damaged(0);
            }
        }
    }

    private long records(Journal.Replay replay) throws IOException {
        long at = Journal.FILE_HEADER.length;
        while (isRecord(at) || isRecordBySecondLook(at)) {
            int length = piece.getInt(offset(at) + LENGTH_AT);
            byte[] payload = new byte[length];
            piece.get(offset(at) + Journal.RECORD_HEADER_BYTES, payload);
            replay.record(at, Bytes.wrap(payload));
            at += Journal.RECORD_HEADER_BYTES + length;
        }
        for (long later = at + 1; later < size; later++) {
            if (isRecord(later)) {
                throw place.damaged(at);
            }
        }
        return at;
    }

    /** It may have been written since its piece was read; what comes after it is looked at in the same piece. */
    private boolean isRecordBySecondLook(long at) throws IOException {
        load(at);
        return isRecord(at);
    }

    private boolean isRecord(long at) throws IOException {
        if (!holds(at, Journal.RECORD_HEADER_BYTES) || piece.getInt(offset(at)) != MARKER) {
            return false;
        }
        int length = piece.getInt(offset(at) + LENGTH_AT);
        if (length < 1
                || length > Journal.RECORD_BYTES_MAX
                || !holds(at, Journal.RECORD_HEADER_BYTES + length)) {
            return false;
        }
        return checksum(piece.array(), offset(at) + Journal.RECORD_HEADER_BYTES, length)
                == piece.getInt(offset(at) + CHECKSUM_AT);
    }

    /** Whether the file has {@code length} bytes from {@code at} on; they are in the piece then. */
    private boolean holds(long at, int length) throws IOException {
        if (at + length > size) {
            return false;
        }
        if (at < from || at + length > from + piece.limit()) {
            load(at);
        }
        return at + length <= from + piece.limit();
    }

    private void load(long at) throws IOException {
        from = at;
        piece.clear();
        piece.limit((int) Math.max(0, Math.min(PIECE_BYTES, size - at)));
        fill(channel, piece, at);
    }

    private int offset(long at) {
        return Math.toIntExact(at - from);
    }

    /** Reads on until {@code into} or the file is at its end; it is ready to be read then. */
    private static void fill(FileChannel channel, ByteBuffer into, long at) throws IOException {
        long next = at;
        while (into.hasRemaining()) {
            int read = channel.read(into, next);
            if (read < 0) {
                break;
            }
            next += read;
        }
        into.flip();
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
