package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;

import java.util.List;
import java.util.SortedMap;

/**
 * The hashes of epoch set-up (PROTOCOL.md §3.1). Leaves are {@code byte[]}, ready for {@link Merkle}; named values are
 * {@link Digest}s. The signed bodies are the records {@link S0Body} to {@link S5Body} and {@link ComplaintBody}.
 */
public final class SetupLayout {
    private SetupLayout() {}

    /** T1 over the S1 bodies in roster order; a site that sent none counts as LP(""). */
    public static Digest t1(Digest policyHash, int n, SortedMap<Integer, Bytes> s1Bodies) {
        var writer = LayoutWriter.of(Label.T1).raw(policyHash);
        for (int i = 0; i < n; i++) {
            writer.prefixed(s1Bodies.getOrDefault(i, Bytes.EMPTY));
        }
        return writer.digest();
    }

    /** SHA-256(L("graph") ‖ T1 ‖ ρ..) over the sites with an S1, roster order. */
    public static Digest graphSeed(Digest t1, SortedMap<Integer, Bytes> rho) {
        var writer = LayoutWriter.of(Label.GRAPH).raw(t1);
        rho.values().forEach(writer::raw);
        return writer.digest();
    }

    /** The leaf of everything that {@code dealer} gives to {@code holder}. */
    public static byte[] pairLeaf(
            int dealer, int holder, Digest shareCiphertextHash, Digest shareRoot, Digest ehRoot) {
        return hash(
                LayoutWriter.of(Label.PAIR_LEAF)
                        .u32(dealer)
                        .u32(holder)
                        .raw(shareCiphertextHash)
                        .raw(shareRoot)
                        .raw(ehRoot));
    }

    /** The leaf of one share; the leaves of a holder go by r ascending, SELF before RECOVERY. */
    public static byte[] shareLeaf(SecretKind kind, long r, int holder, byte[] share) {
        return hash(LayoutWriter.of(Label.SHARE).u8(kind.code()).u64(r).u32(holder).raw(share));
    }

    /** ehRoot_ij over SHA-256(e_ij,r) for r ascending, the same for i and j. */
    public static Digest ehRoot(int i, int j, List<Digest> pairSecretHashes) {
        var writer = LayoutWriter.of(Label.EH).u32(Math.min(i, j)).u32(Math.max(i, j));
        pairSecretHashes.forEach(writer::raw);
        return writer.digest();
    }

    /** The leaf of one round's secrets of a dealer. */
    public static byte[] secretLeaf(long r, Digest selfHash, Digest recoveryHash, Digest blobHash) {
        return hash(
                LayoutWriter.of(Label.SECRET).u64(r).raw(selfHash).raw(recoveryHash).raw(blobHash));
    }

    /** digest_i; a site that is not accepted has {@link Digest#ZERO} in its place. */
    public static Digest digest(int i, Digest s1Hash, Digest s2Hash, Digest s3Hash, Digest root4) {
        return LayoutWriter.of(Label.SITE)
                .u32(i)
                .raw(s1Hash)
                .raw(s2Hash)
                .raw(s3Hash)
                .raw(root4)
                .digest();
    }

    /** One pair that complaints removed, {@code low < high}. */
    public record RemovedPair(int low, int high) {
        public RemovedPair {
            if (low < 0 || low >= high) {
                throw new IllegalArgumentException("a removed pair is (i, j) with i < j");
            }
        }
    }

    /** T3 over all N digests, the accepted sites and the removed pairs in ascending order. */
    public static Digest t3(
            Digest t1, List<Digest> digests, SiteSet accepted, List<RemovedPair> removed) {
        if (digests.size() != accepted.rosterSize()) {
            throw new IllegalArgumentException("T3 needs one digest per roster index");
        }
        var leaves = digests.stream().map(digest -> digest.value().unsafeArray()).toList();
        var writer =
                LayoutWriter.of(Label.T3)
                        .raw(t1)
                        .raw(Merkle.root(leaves))
                        .u32(accepted.rosterSize())
                        .raw(accepted.bytes())
                        .u32(removed.size());
        removed.forEach(pair -> writer.u32(pair.low()).u32(pair.high()));
        return writer.digest();
    }

    /** epochId. */
    public static Digest epochId(JobId job, int epoch, Digest t3, SiteSet accepted) {
        return LayoutWriter.of(Label.EPOCH)
                .raw(job)
                .u32(epoch)
                .raw(t3)
                .u32(accepted.rosterSize())
                .raw(accepted.bytes())
                .digest();
    }

    /** The associated data of shareCt from {@code dealer} to {@code holder}. */
    public static byte[] sharesAad(Digest t1, int dealer, int holder) {
        return LayoutWriter.of(Label.SHARES).raw(t1).u32(dealer).u32(holder).toArray();
    }

    /** The associated data of blob_i,r. */
    public static byte[] blobAad(Digest t1, int i, long r) {
        return LayoutWriter.of(Label.BLOB).raw(t1).u32(i).u64(r).toArray();
    }

    private static byte[] hash(LayoutWriter writer) {
        return writer.digest().value().unsafeArray();
    }
}
