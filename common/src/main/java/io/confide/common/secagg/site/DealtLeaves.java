package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteMessage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What shows, after the shares of one dealer are overwritten, that they were its: the hashes of all of them and the path of
 * their root to root4 (PROTOCOL.md §3.8, R11). No secret; kept to the end of the epoch, 64 bytes per round.
 *
 * @param leaves share leaves of 32 bytes, r ascending, b then w
 * @param rootPath of the pair leaf
 */
record DealtLeaves(
        Bytes leaves, long firstRound, Digest shareCiphertextHash, Digest ehRoot, Bytes rootPath) {
    static DealtLeaves of(List<byte[]> leaves, long firstRound, SiteMessage.DealPart part) {
        var all = ByteBuffer.allocate(Digest.BYTES * leaves.size());
        leaves.forEach(all::put);
        return new DealtLeaves(
                Bytes.wrap(all.array()),
                firstRound,
                Digest.of(part.shareCiphertext()),
                new Digest(part.ehRoot()),
                part.path());
    }

    /** The path of one share to the root of all. */
    Bytes sharePath(long round, SecretKind kind) {
        int index = Math.toIntExact(2 * (round - firstRound)) + (kind == SecretKind.SELF ? 0 : 1);
        return Merkle.path(list(), index);
    }

    private List<byte[]> list() {
        byte[] all = leaves.unsafeArray();
        return IntStream.range(0, all.length / Digest.BYTES)
                .mapToObj(at -> Arrays.copyOfRange(all, Digest.BYTES * at, Digest.BYTES * (at + 1)))
                .toList();
    }
}
