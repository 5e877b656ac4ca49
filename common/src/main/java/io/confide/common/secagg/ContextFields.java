package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Digest;

/**
 * What ctx_r binds; the same fields stand in Open and Cert, so that every receiver computes ctx_r itself (K13).
 *
 * @param opened U1, with the roster size
 */
public record ContextFields(
        RoundFields round, Digest modelHash, Digest configHash, Digest codecHash, SiteSet opened) {
    /** ctx_r = SHA-256(L("ctx") ‖ job16 ‖ epochId ‖ u64 r ‖ modelHash ‖ configHash ‖ codecHash ‖ u32 N ‖ U1). */
    public Digest ctx() {
        return writeTo(LayoutWriter.of(Label.CTX)).digest();
    }

    LayoutWriter writeTo(LayoutWriter writer) {
        return round.writeTo(writer)
                .raw(modelHash)
                .raw(configHash)
                .raw(codecHash)
                .u32(opened.rosterSize())
                .raw(opened.bytes());
    }

    static ContextFields read(LayoutReader in) {
        return new ContextFields(
                RoundFields.read(in), in.digest(), in.digest(), in.digest(), SiteSet.read(in));
    }
}
