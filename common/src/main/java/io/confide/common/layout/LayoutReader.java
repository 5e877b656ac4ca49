package io.confide.common.layout;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads one fixed layout strictly (K25): the label first, every field inside the bytes, and nothing after the last
 * field. Whatever is wrong ends {@link #parse} with an empty result; nothing is ever guessed or skipped.
 */
public final class LayoutReader {
    private final ByteBuffer buffer;

    private LayoutReader(Bytes body) {
        this.buffer = ByteBuffer.wrap(body.unsafeArray()).asReadOnlyBuffer();
    }

    /**
     * What {@code fields} reads from {@code body} after L({@code label}); empty if the label is another one, bytes are
     * missing or left over, or a field or the record made of them refuses with {@link IllegalArgumentException}.
     */
    public static <T> Optional<T> parse(Bytes body, Label label, Function<LayoutReader, T> fields) {
        var reader = new LayoutReader(body);
        try {
            if (!Arrays.equals(reader.raw(label.length()), label.bytes())) {
                return Optional.empty();
            }
            T value = fields.apply(reader);
            return reader.buffer.hasRemaining() ? Optional.empty() : Optional.of(value);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    public int u8() {
        need(1);
        return buffer.get() & 0xff;
    }

    /** A u32 below 2^31; ours are all far smaller. */
    public int u32() {
        need(Integer.BYTES);
        int value = buffer.getInt();
        if (value < 0) {
            throw new IllegalArgumentException("a u32 field is out of range");
        }
        return value;
    }

    /** A count of entries that each take at least {@code entryBytes}: refused before anything is allocated for them. */
    public int count(int entryBytes) {
        int count = u32();
        if ((long) count * entryBytes > buffer.remaining()) {
            throw new IllegalArgumentException("a count is larger than the bytes that follow");
        }
        return count;
    }

    /** A u64 below 2^63. */
    public long u64() {
        long value = bits64();
        if (value < 0) {
            throw new IllegalArgumentException("a u64 field is out of range");
        }
        return value;
    }

    public long bits64() {
        need(Long.BYTES);
        return buffer.getLong();
    }

    public byte[] raw(int length) {
        need(length);
        byte[] value = new byte[length];
        buffer.get(value);
        return value;
    }

    public Bytes bytes(int length) {
        return Bytes.wrap(raw(length));
    }

    public Digest digest() {
        return new Digest(bytes(Digest.BYTES));
    }

    public JobId job() {
        return JobId.of(bytes(16));
    }

    /** LP: u32 length, then the bytes. */
    public Bytes prefixed() {
        return bytes(u32());
    }

    private void need(int bytes) {
        if (buffer.remaining() < bytes) {
            throw new IllegalArgumentException("the body ends too early");
        }
    }
}
