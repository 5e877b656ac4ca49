package io.confide.common.model;

import java.nio.ByteBuffer;
import java.util.UUID;

/** A job. Its 16 bytes ({@code job16} of PROTOCOL.md §3.1) stand in everything that is signed for it. */
public record JobId(UUID value) implements Comparable<JobId> {
    public static JobId of(String text) {
        return new JobId(UUID.fromString(text));
    }

    /** Reads 16 big-endian bytes. */
    public static JobId of(Bytes sixteen) {
        if (sixteen.length() != 16) {
            throw new IllegalArgumentException("a job id has 16 bytes, not " + sixteen.length());
        }
        var buffer = ByteBuffer.wrap(sixteen.unsafeArray());
        return new JobId(new UUID(buffer.getLong(), buffer.getLong()));
    }

    /** The 16 big-endian bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(16)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
