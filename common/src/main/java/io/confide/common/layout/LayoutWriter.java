package io.confide.common.layout;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Builds one fixed layout: big-endian integers, raw fields and length-prefixed fields, in the order of the calls. */
public final class LayoutWriter {
    private static final int INITIAL_BYTES = 160;
    private static final long U32_MAX = 0xffff_ffffL;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES);

    private LayoutWriter() {}

    /** A writer that has written L({@code label}). */
    public static LayoutWriter of(Label label) {
        return new LayoutWriter().raw(label.bytes());
    }

    public LayoutWriter u8(int value) {
        if (value < 0 || value > 0xff) {
            throw new IllegalArgumentException("not a u8: " + value);
        }
        room(1).put((byte) value);
        return this;
    }

    public LayoutWriter u32(long value) {
        if (value < 0 || value > U32_MAX) {
            throw new IllegalArgumentException("not a u32: " + value);
        }
        room(Integer.BYTES).putInt((int) value);
        return this;
    }

    /** Sequence numbers and rounds; negative values do not exist. */
    public LayoutWriter u64(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("not a u64 of ours: " + value);
        }
        return bits64(value);
    }

    /** The 64 bits of {@code value} as they are. */
    public LayoutWriter bits64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    public LayoutWriter raw(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    public LayoutWriter raw(Bytes value) {
        return raw(value.unsafeArray());
    }

    public LayoutWriter raw(Digest value) {
        return raw(value.value());
    }

    public LayoutWriter raw(JobId value) {
        return raw(value.bytes());
    }

    /** LP(value): u32 length, then the bytes. */
    public LayoutWriter prefixed(byte[] value) {
        return u32(value.length).raw(value);
    }

    /** LP(value): u32 length, then the bytes. */
    public LayoutWriter prefixed(Bytes value) {
        return prefixed(value.unsafeArray());
    }

    /** A copy of what was written. */
    public byte[] toArray() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** A copy of what was written. */
    public Bytes toBytes() {
        return Bytes.wrap(toArray());
    }

    /** SHA-256 of what was written. */
    public Digest digest() {
        var hash = Digest.sha256();
        hash.update(buffer.array(), 0, buffer.position());
        return new Digest(Bytes.wrap(hash.digest()));
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int wanted = Math.addExact(buffer.position(), bytes);
            int size = Math.max(wanted, Math.multiplyExact(2, buffer.capacity()));
            byte[] larger = Arrays.copyOf(buffer.array(), size);
            buffer = ByteBuffer.wrap(larger).position(buffer.position());
        }
        return buffer;
    }
}
