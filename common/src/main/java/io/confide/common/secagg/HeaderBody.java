package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/** Step 2: header_i, which binds site i's masked vector to one context. */
public record HeaderBody(RoundFields round, int site, Digest ctx, Digest vectorHash) {
    /** L("upload") ‖ job16 ‖ epochId ‖ u64 r ‖ u32 i ‖ ctx_r ‖ Hy_i. */
    public Bytes bytes() {
        return round.writeTo(LayoutWriter.of(Label.UPLOAD))
                .u32(site)
                .raw(ctx)
                .raw(vectorHash)
                .toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<HeaderBody> parse(Bytes body) {
        return LayoutReader.parse(
                body,
                Label.UPLOAD,
                in -> new HeaderBody(RoundFields.read(in), in.u32(), in.digest(), in.digest()));
    }
}
