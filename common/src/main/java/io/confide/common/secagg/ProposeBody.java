package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/** Step 3b: proposes whose inputs are in the sum. {@code opened} is U1, {@code included} is U3. */
public record ProposeBody(RoundFields round, Digest ctx, SiteSet opened, SiteSet included) {
    /** L("propose") ‖ job16 ‖ epochId ‖ u64 r ‖ ctx_r ‖ u32 N ‖ U1 ‖ U3. */
    public Bytes bytes() {
        return round.writeTo(LayoutWriter.of(Label.PROPOSE))
                .raw(ctx)
                .u32(opened.rosterSize())
                .raw(opened.bytes())
                .raw(included.bytes())
                .toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<ProposeBody> parse(Bytes body) {
        return LayoutReader.parse(body, Label.PROPOSE, ProposeBody::read);
    }

    private static ProposeBody read(LayoutReader in) {
        RoundFields round = RoundFields.read(in);
        Digest ctx = in.digest();
        SiteSet opened = SiteSet.read(in);
        return new ProposeBody(round, ctx, opened, SiteSet.readBitmap(opened.rosterSize(), in));
    }
}
