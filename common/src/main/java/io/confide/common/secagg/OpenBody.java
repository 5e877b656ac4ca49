package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;

import java.util.Optional;

/** Step 1: opens a round. {@code deadlineMillis} is milliseconds since the epoch of UTC. */
public record OpenBody(ContextFields context, long deadlineMillis) {
    /** L("open") ‖ fields of ctx ‖ u64 deadline. */
    public Bytes bytes() {
        return context.writeTo(LayoutWriter.of(Label.OPEN)).u64(deadlineMillis).toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<OpenBody> parse(Bytes body) {
        return LayoutReader.parse(
                body, Label.OPEN, in -> new OpenBody(ContextFields.read(in), in.u64()));
    }
}
