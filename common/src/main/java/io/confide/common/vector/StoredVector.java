package io.confide.common.vector;

import io.confide.common.model.Bytes;

import java.util.Objects;

/**
 * The little-endian bytes of one vector, wherever they are, so that it need not be in memory as a whole. Whoever reads them
 * again reads the same.
 */
public interface StoredVector {
    long length();

    /**
     * Puts bytes {@code from} to from + {@code count} (exclusive) at the beginning of {@code into}.
     *
     * @throws VectorLostException if they cannot be read any more
     */
    void read(long from, byte[] into, int count);

    /**
     * All bytes, for a vector that fits an array.
     *
     * @throws ArithmeticException if it does not
     */
    default Bytes whole() {
        byte[] bytes = new byte[Math.toIntExact(length())];
        read(0, bytes, bytes.length);
        return Bytes.wrap(bytes);
    }

    /** {@code bytes} as they are. */
    static StoredVector of(Bytes bytes) {
        return new InMemory(bytes);
    }

    /** Nothing is copied where all bytes are at hand. */
    record InMemory(Bytes bytes) implements StoredVector {
        @Override
        public long length() {
            return bytes.length();
        }

        @Override
        public void read(long from, byte[] into, int count) {
            Objects.checkFromIndexSize(from, count, bytes.length());
            System.arraycopy(bytes.unsafeArray(), (int) from, into, 0, count);
        }

        @Override
        public Bytes whole() {
            return bytes;
        }
    }
}
