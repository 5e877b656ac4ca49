package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;

import java.util.Optional;

/**
 * S0, the coordinator's proposal of an epoch: rounds {@code firstRound} to {@code firstRound + rounds − 1}.
 *
 * @param firstRound r0
 * @param rounds B
 */
public record S0Body(
        JobId job, int epoch, long firstRound, int rounds, Digest rosterHash, Digest policyHash) {

    /** L("proposal") ‖ job16 ‖ u32 epoch ‖ u64 r0 ‖ u32 B ‖ rosterHash ‖ policyHash. */
    public Bytes bytes() {
        return writeTo(LayoutWriter.of(Label.PROPOSAL)).toBytes();
    }

    /** The proposal of exactly these bytes; empty if they are malformed. */
    public static Optional<S0Body> parse(Bytes body) {
        return LayoutReader.parse(body, Label.PROPOSAL, S0Body::read);
    }

    /** The same fields stand in S1. */
    LayoutWriter writeTo(LayoutWriter writer) {
        return writer.raw(job)
                .u32(epoch)
                .u64(firstRound)
                .u32(rounds)
                .raw(rosterHash)
                .raw(policyHash);
    }

    static S0Body read(LayoutReader in) {
        return new S0Body(in.job(), in.u32(), in.u64(), in.u32(), in.digest(), in.digest());
    }
}
