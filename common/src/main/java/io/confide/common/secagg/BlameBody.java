package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;

import java.util.Optional;

/** The coordinator's question after a wrong secret (PROTOCOL.md §3.8, R11): prove the share that you revealed of it. */
public record BlameBody(RoundFields round, int about, SecretKind kind) {
    /** L("blame") ‖ job16 ‖ epochId ‖ u64 r ‖ u32 about ‖ u8 type. */
    public Bytes bytes() {
        return writeTo(LayoutWriter.of(Label.BLAME)).toBytes();
    }

    LayoutWriter writeTo(LayoutWriter writer) {
        return round.writeTo(writer).u32(about).u8(kind.code());
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<BlameBody> parse(Bytes body) {
        return LayoutReader.parse(body, Label.BLAME, BlameBody::read);
    }

    static BlameBody read(LayoutReader in) {
        return new BlameBody(RoundFields.read(in), in.u32(), SecretKind.of(in.u8()));
    }
}
