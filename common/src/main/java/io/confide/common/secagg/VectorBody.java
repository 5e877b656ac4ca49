package io.confide.common.secagg;

import io.confide.common.model.Bytes;

/** Where the bytes of a vector or model are: in the message, or to be moved over the data plane. */
public sealed interface VectorBody {
    /** At most {@link #INLINE_BYTES_MAX} bytes ride in the message. */
    record Inline(Bytes bytes) implements VectorBody {}

    /** The bytes travel as chunks of the data plane; {@code size} in bytes, {@code hash} is their SHA-256. */
    record Chunked(long size, Bytes hash) implements VectorBody {}

    int INLINE_BYTES_MAX = 1 << 20;
}
