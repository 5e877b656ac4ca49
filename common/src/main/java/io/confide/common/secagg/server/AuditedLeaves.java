package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;
import io.confide.common.vector.VectorSum;
import io.confide.common.vector.Words;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The audited leaf of every input of one sum (PROTOCOL.md §3.10): as sites attach it to their shares, and of those that do not,
 * from the input itself where it is still there. Each is held against the signed header, so it does not matter from where it
 * comes; one that does not hold is as none.
 */
final class AuditedLeaves {
    private final SortedMap<Integer, UploadProof> headers;
    private final int words;
    private final int leaf;
    private final OpenedSeeds seeds = new OpenedSeeds();
    private final SortedMap<Integer, LeafProof> leaves = new TreeMap<>();

    /**
     * @param headers of U3
     * @param words of one vector
     */
    AuditedLeaves(SortedMap<Integer, UploadProof> headers, Digest statementHash, int words) {
        this.headers = headers;
        this.words = words;
        this.leaf = RoundLayout.auditedLeaf(statementHash, VectorHash.leaves(bytes()));
    }

    OpenedSeeds seeds() {
        return seeds;
    }

    /** Takes what {@code site} attached; only the first that holds counts. */
    void take(int site, LeafProof proof) {
        if (holds(site, proof)) {
            leaves.putIfAbsent(site, proof);
        }
    }

    /** All of them: what no site attached is looked for in {@code inputs}. */
    SortedMap<Integer, LeafProof> all(Map<Integer, StoredVector> inputs) {
        for (int site : headers.keySet()) {
            if (!leaves.containsKey(site)) {
                Optional.ofNullable(inputs.get(site))
                        .flatMap(this::read)
                        .ifPresent(proof -> take(site, proof));
            }
        }
        return leaves;
    }

    private Optional<LeafProof> read(StoredVector input) {
        try {
            return Optional.of(VectorHash.proof(input, leaf));
        } catch (VectorLostException _) {
            return Optional.empty();
        }
    }

    private boolean holds(int site, LeafProof proof) {
        return Optional.ofNullable(headers.get(site))
                .filter(
                        header ->
                                VectorHash.holds(
                                        proof, leaf, bytes(), new Digest(header.vectorHash())))
                .isPresent();
    }

    /** This leaf of {@code sum}. */
    Bytes of(VectorSum sum) {
        int from = leaf * (VectorHash.LEAF_BYTES / Words.BYTES);
        long[] part = new long[Math.min(VectorHash.LEAF_BYTES / Words.BYTES, words - from)];
        sum.read(from, part, part.length);
        return Bytes.wrap(Words.toBytes(part));
    }

    private long bytes() {
        return (long) Words.BYTES * words;
    }
}
