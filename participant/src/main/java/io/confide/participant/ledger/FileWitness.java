package io.confide.participant.ledger;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A witness in a second file of the home, outside {@code state/}. Two places of 4 KiB are written in turn, so that a torn
 * write costs one entry at most: u64 entries, 32 bytes hash, u32 CRC-32C of both.
 *
 * <p>It reaches the operating system at once, so a killed process loses none of it, and the disk every {@value #STRIDE}
 * entries and on closing: after a power failure it may lag by that much.
 */
public final class FileWitness implements HeadWitness {
    private static final int STRIDE = 64;
    private static final int PLACE_BYTES = 4096;
    private static final int HEAD_BYTES = Long.BYTES + Digest.BYTES;
    private static final int RECORD_BYTES = HEAD_BYTES + Integer.BYTES;

    private final Path file;
    private final FileChannel channel;

    FileWitness(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens {@code file}, creating it with mode 0600. */
    public static FileWitness open(Path file) {
        try {
            PrivateFiles.createDirectory(PrivateFiles.parent(file));
            var witness = new FileWitness(file, PrivateFiles.openChannel(file));
            PrivateFiles.forceDirectory(PrivateFiles.parent(file));
            return witness;
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
    }

    @Override
    public Optional<LedgerHead> newest() {
        return Stream.of(0, 1)
                .flatMap(place -> read(place).stream())
                .max(Comparator.comparingLong(LedgerHead::entries));
    }

    @Override
    public void keep(LedgerHead head) {
        var record = ByteBuffer.allocate(RECORD_BYTES);
        record.putLong(head.entries()).put(head.hash().value().unsafeArray());
        record.putInt(checksum(record.array())).flip();
        try {
            long at = head.entries() % 2 * PLACE_BYTES;
            while (record.hasRemaining()) {
                at += channel.write(record, at);
            }
            if (head.entries() % STRIDE == 0) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.force(true);
            channel.close();
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
    }

    private Optional<LedgerHead> read(int place) {
        var record = ByteBuffer.allocate(RECORD_BYTES);
        try {
            long start = (long) place * PLACE_BYTES;
            while (record.hasRemaining() && channel.read(record, start + record.position()) >= 0) {}
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
        if (record.hasRemaining() || record.getInt(HEAD_BYTES) != checksum(record.array())) {
            return Optional.empty();
        }
        byte[] hash = new byte[Digest.BYTES];
        record.get(Long.BYTES, hash);
        return Optional.of(new LedgerHead(record.getLong(0), new Digest(Bytes.wrap(hash))));
    }

    private static int checksum(byte[] record) {
        var crc = new CRC32C();
        crc.update(record, 0, HEAD_BYTES);
        // An empty place must not look like a head.
        return ~(int) crc.getValue();
    }
}
