package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/** S2: opens the commitment of S1. {@code rho} has 32 bytes and is public from here on. */
public record S2Body(Digest t1, int site, Bytes rho) {
    public static final int RHO_BYTES = 32;

    public S2Body {
        S1Body.requireLength("ρ", RHO_BYTES, rho);
    }

    /** L("seed") ‖ T1 ‖ u32 i ‖ ρ_i. */
    public Bytes bytes() {
        return LayoutWriter.of(Label.SEED).raw(t1).u32(site).raw(rho).toBytes();
    }

    /** The opening of exactly these bytes; empty if they are malformed. */
    public static Optional<S2Body> parse(Bytes body) {
        return LayoutReader.parse(
                body, Label.SEED, in -> new S2Body(in.digest(), in.u32(), in.bytes(RHO_BYTES)));
    }
}
