package io.confide.common.secagg;

import io.confide.common.model.Bytes;

/** Where the bytes of a vector or model are: in the message, or to be moved over the data plane. */
public sealed interface VectorBody {
    /** At most {@link #INLINE_BYTES_MAX} bytes ride in the message. */
    record Inline(Bytes bytes) implements VectorBody {}

    /**
     * The bytes travel over the data plane.
     *
     * @param size in bytes
     * @param hash of a model its SHA-256, of a masked vector its Hy, which is in the signed header too
     */
    record Chunked(long size, Bytes hash) implements VectorBody {}

    int INLINE_BYTES_MAX = 1 << 20;
}
