package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/**
 * Step 7: how a round ended.
 *
 * @param statementHash SHA-256(S_r), or {@link Digest#ZERO} without one
 * @param newModelHash of the model after this round, or {@link Digest#ZERO} if it did not change
 */
public record ResultBody(
        RoundFields round, Digest statementHash, Digest newModelHash, Status status) {
    /** The u8 of the layout is the position here. */
    public enum Status {
        DONE,
        TOO_FEW,
        NO_QUORUM,
        NO_SHARES,
        INTEGRITY,
        LEADER
    }

    /** L("result") ‖ job16 ‖ epochId ‖ u64 r ‖ SHA-256(S_r) ‖ newModelHash ‖ u8 status. */
    public Bytes bytes() {
        return round.writeTo(LayoutWriter.of(Label.RESULT))
                .raw(statementHash)
                .raw(newModelHash)
                .u8(code(status))
                .toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<ResultBody> parse(Bytes body) {
        return LayoutReader.parse(
                body,
                Label.RESULT,
                in ->
                        new ResultBody(
                                RoundFields.read(in), in.digest(), in.digest(), status(in.u8())));
    }

    private static int code(Status status) {
        return switch (status) {
            case DONE -> 0;
            case TOO_FEW -> 1;
            case NO_QUORUM -> 2;
            case NO_SHARES -> 3;
            case INTEGRITY -> 4;
            case LEADER -> 5;
        };
    }

    private static Status status(int code) {
        return switch (code) {
            case 0 -> Status.DONE;
            case 1 -> Status.TOO_FEW;
            case 2 -> Status.NO_QUORUM;
            case 3 -> Status.NO_SHARES;
            case 4 -> Status.INTEGRITY;
            case 5 -> Status.LEADER;
            default -> throw new IllegalArgumentException("there is no status " + code);
        };
    }
}
