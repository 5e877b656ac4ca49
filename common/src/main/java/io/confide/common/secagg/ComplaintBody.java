package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/** A complaint about signed bytes that are invalid by their own content. The core protocol makes and accepts none. */
public record ComplaintBody(Digest t1, int accused, int accuser, int reason) {
    public ComplaintBody {
        if (reason < 1 || reason > 4) {
            throw new IllegalArgumentException("there is no complaint reason " + reason);
        }
    }

    /** L("complaint") ‖ T1 ‖ u32 accused ‖ u32 accuser ‖ u8 reason. */
    public Bytes bytes() {
        return LayoutWriter.of(Label.COMPLAINT)
                .raw(t1)
                .u32(accused)
                .u32(accuser)
                .u8(reason)
                .toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<ComplaintBody> parse(Bytes body) {
        return LayoutReader.parse(
                body,
                Label.COMPLAINT,
                in -> new ComplaintBody(in.digest(), in.u32(), in.u32(), in.u8()));
    }
}
