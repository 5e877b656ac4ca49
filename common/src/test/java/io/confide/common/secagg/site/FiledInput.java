package io.confide.common.secagg.site;

import io.confide.common.vector.StoredVector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** An input that grows in a file, and is read from there. */
final class FiledInput implements KeptInputs.Growing {
    private final FileChannel channel;

    FiledInput(Path file) {
        try {
            this.channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void add(byte[] bytes, int count) {
        try {
            var left = ByteBuffer.wrap(bytes, 0, count);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<StoredVector> whole() {
        return Optional.of(new InFile());
    }

    /** What has come, read from the file. */
    final class InFile implements StoredVector {
        @Override
        public long length() {
            try {
                return channel.size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void read(long from, byte[] into, int count) {
            try {
                var left = ByteBuffer.wrap(into, 0, count);
                while (left.hasRemaining()) {
                    if (channel.read(left, from + left.position()) < 0) {
                        throw new IOException("the file has become shorter");
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
