package io.confide.participant.vault;

import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * An input in its file, from {@code start} on. Once another input of the job is kept, this can be read no more: its file is gone,
 * and the channel closed.
 */
record InputFile(FileChannel channel, long start, long length) implements StoredVector {
    private static final int PIECE_BYTES = 1 << 16;

    @Override
    public void read(long from, byte[] into, int count) {
        Objects.checkFromIndexSize(from, count, length);
        try {
            copy(from, into, count);
        } catch (IOException e) {
            throw new VectorLostException(e);
        }
    }

    void copy(long from, byte[] into, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int some = Math.min(PIECE_BYTES, count - done);
            int read = channel.read(ByteBuffer.wrap(into, done, some), start + from + done);
            if (read < 0) {
                throw new IOException("the file has become shorter");
            }
            done += read;
        }
    }
}
