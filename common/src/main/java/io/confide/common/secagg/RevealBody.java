package io.confide.common.secagg;

import io.confide.common.crypto.Seed;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Step 6: site i's shares, one per site j: of b_j if j is included, of w_j if it dropped out. One map entry per j, so a
 * reveal can never hold both.
 *
 * @param statementHash SHA-256(S_r)
 * @param shares by j, written in ascending order
 */
public record RevealBody(
        RoundFields round, int site, Digest statementHash, SortedMap<Integer, Share> shares) {
    private static final int ENTRY_BYTES = Integer.BYTES + 1 + Seed.BYTES;

    public RevealBody {
        shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
    }

    /** 32 bytes of one secret of one site. */
    public record Share(SecretKind kind, Bytes value) {
        public Share {
            S1Body.requireLength("a share", Seed.BYTES, value);
        }
    }

    /** L("reveal") ‖ job16 ‖ epochId ‖ u64 r ‖ u32 i ‖ SHA-256(S_r) ‖ u32 count ‖ {u32 j ‖ u8 type ‖ share}. */
    public Bytes bytes() {
        var writer =
                round.writeTo(LayoutWriter.of(Label.REVEAL))
                        .u32(site)
                        .raw(statementHash)
                        .u32(shares.size());
        shares.forEach((j, share) -> writer.u32(j).u8(share.kind().code()).raw(share.value()));
        return writer.toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed or not in ascending order. */
    public static Optional<RevealBody> parse(Bytes body) {
        return LayoutReader.parse(body, Label.REVEAL, RevealBody::read);
    }

    private static RevealBody read(LayoutReader in) {
        RoundFields round = RoundFields.read(in);
        int site = in.u32();
        Digest statementHash = in.digest();
        int count = in.count(ENTRY_BYTES);
        var shares = new TreeMap<Integer, Share>();
        for (int entry = 0; entry < count; entry++) {
            int j = in.u32();
            if (!shares.isEmpty() && j <= shares.lastKey()) {
                throw new IllegalArgumentException("entries are not in ascending order");
            }
            shares.put(j, new Share(SecretKind.of(in.u8()), in.bytes(Seed.BYTES)));
        }
        return new RevealBody(round, site, statementHash, shares);
    }
}
