package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;

import java.util.Optional;

/** Step 6f: {@code site} will never answer anything in this round any more. */
public record AbortBody(RoundFields round, int site) {
    /** L("abort") ‖ job16 ‖ epochId ‖ u64 r ‖ u32 i. */
    public Bytes bytes() {
        return round.writeTo(LayoutWriter.of(Label.ABORT)).u32(site).toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<AbortBody> parse(Bytes body) {
        return LayoutReader.parse(
                body, Label.ABORT, in -> new AbortBody(RoundFields.read(in), in.u32()));
    }
}
