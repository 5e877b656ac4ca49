package io.confide.common.secagg.site;

import io.confide.common.crypto.Seed;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Digest;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.SecretKind;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** All shares of one dealer for one holder as they travel: per round the share of b, then the share of w. */
final class ShareRows {
    static final int BYTES = 2 * Seed.BYTES;

    private ShareRows() {}

    /** Returns the root over the share leaves (PROTOCOL.md §3.1), without a copy of any share. */
    static Digest root(int holder, long firstRound, byte[] rows) {
        return Merkle.root(leaves(holder, firstRound, rows));
    }

    /** Returns the share leaves, r ascending, b then w. */
    static List<byte[]> leaves(int holder, long firstRound, byte[] rows) {
        MessageDigest sha256 = Digest.sha256();
        var leaves = new ArrayList<byte[]>(rows.length / Seed.BYTES);
        for (int at = 0; at < rows.length; at += Seed.BYTES) {
            var kind = at % BYTES == 0 ? SecretKind.SELF : SecretKind.RECOVERY;
            sha256.update(
                    LayoutWriter.of(Label.SHARE)
                            .u8(kind.code())
                            .u64(firstRound + at / BYTES)
                            .u32(holder)
                            .toArray());
            sha256.update(rows, at, Seed.BYTES);
            leaves.add(sha256.digest());
        }
        return leaves;
    }
}
