package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/** S4: the root over everything that site i dealt. */
public record S4Body(Digest t1, int site, Digest root4) {
    /** L("deal") ‖ T1 ‖ u32 i ‖ root4_i. */
    public Bytes bytes() {
        return LayoutWriter.of(Label.DEAL).raw(t1).u32(site).raw(root4).toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<S4Body> parse(Bytes body) {
        return LayoutReader.parse(
                body, Label.DEAL, in -> new S4Body(in.digest(), in.u32(), in.digest()));
    }
}
