package io.confide.common.secagg.audit;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.SignedBody;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What the coordinator keeps of a round whose sum may be audited (PROTOCOL.md §3.10): what was signed, one leaf of every input,
 * and the seeds of the masks that it took off. Everything in it the coordinator knew; with it the sum of the inputs in this leaf
 * can be computed, and of nothing else: the masks between included sites stay on, and no other leaf is here.
 *
 * @param roster its exact bytes
 * @param codec of the round, whose hash is in ctx_r: it says how many leaves a vector has
 * @param leaves of U3, as far as they are known
 * @param selfSeeds s_i,r of U3
 * @param pairSeeds p_ij,r by dropped j, then by i of U3
 * @param sum the leaf of the sum as the coordinator computed it, little-endian words
 */
public record AuditRecord(
        Bytes roster,
        CertifiedRound.Signed signed,
        Bytes codec,
        SortedMap<Integer, LeafProof> leaves,
        SortedMap<Integer, Seed> selfSeeds,
        SortedMap<Integer, SortedMap<Integer, Seed>> pairSeeds,
        Bytes sum) {
    public AuditRecord {
        leaves = copy(leaves, UnaryOperator.identity());
        selfSeeds = copy(selfSeeds, Seed::copy);
        pairSeeds = copy(pairSeeds, seeds -> copy(seeds, Seed::copy));
    }

    /** The headers of U3 as they were sent with the certificate. */
    public SortedMap<Integer, UploadProof> headers() {
        return signed.headers();
    }

    /** What was signed last: how the round ended. */
    public SignedBody result() {
        return signed.result();
    }

    private static <V> SortedMap<Integer, V> copy(
            SortedMap<Integer, V> map, UnaryOperator<V> inner) {
        var copy = new TreeMap<Integer, V>();
        map.forEach((key, value) -> copy.put(key, inner.apply(value)));
        return Collections.unmodifiableSortedMap(copy);
    }
}
