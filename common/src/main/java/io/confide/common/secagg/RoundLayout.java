package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.nio.ByteBuffer;
import java.util.SortedMap;

/**
 * The hashes and the remaining bodies of a round (PROTOCOL.md §3.1, §3.3). ctx_r is {@link ContextFields#ctx()}; the other
 * bodies are the records {@link OpenBody}, {@link HeaderBody}, {@link ProposeBody}, {@link CertBody}, {@link RevealBody},
 * {@link ResultBody}, {@link AbortBody}, {@link BlameBody} and {@link BlameAnswerBody}.
 */
public final class RoundLayout {
    private RoundLayout() {}

    /** root over Hy of all of U3: SHA-256(L("root") ‖ u32 |U3| ‖ {SHA-256(L("leaf") ‖ u32 i ‖ Hy_i)} roster order). */
    public static Digest root(SortedMap<Integer, Digest> vectorHashes) {
        var writer = LayoutWriter.of(Label.ROOT).u32(vectorHashes.size());
        vectorHashes.forEach((i, hash) -> writer.raw(leaf(i, hash)));
        return writer.digest();
    }

    /** root where a committee signs: SHA-256(L("root") ‖ u32 |U3| ‖ MTH of the same leaves), so that a path shows one of them. */
    public static Digest root(int included, Digest leavesRoot) {
        return LayoutWriter.of(Label.ROOT).u32(included).raw(leavesRoot).digest();
    }

    /** SHA-256(L("leaf") ‖ u32 i ‖ Hy_i). */
    public static Digest leaf(int site, Digest vectorHash) {
        return LayoutWriter.of(Label.LEAF).u32(site).raw(vectorHash).digest();
    }

    /** The leaf that is audited, known only once U3 is fixed: u64 of the first 8 bytes of SHA-256(S_r), modulo {@code leaves}. */
    public static int auditedLeaf(Digest statementHash, int leaves) {
        long first = ByteBuffer.wrap(statementHash.value().unsafeArray()).getLong();
        return (int) Long.remainderUnsigned(first, leaves);
    }

    /** S_r, the statement that sites sign: L("stmt") ‖ job16 ‖ epochId ‖ u64 r ‖ ctx_r ‖ u32 N ‖ U3 ‖ root. */
    public static Bytes statement(RoundFields round, Digest ctx, SiteSet included, Digest root) {
        return round.writeTo(LayoutWriter.of(Label.STMT))
                .raw(ctx)
                .u32(included.rosterSize())
                .raw(included.bytes())
                .raw(root)
                .toBytes();
    }
}
