package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.Words;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Hy of PROTOCOL.md §3.1: MTH(SHA-256(L("y") ‖ u32 c ‖ 1 MiB leaf c of the little-endian words)). */
public final class VectorHash {
    public static final int LEAF_BYTES = 1 << 20;

    private static final int PIECE_WORDS = 2048;

    private VectorHash() {}

    /** Hy of {@code words}. */
    public static Digest of(long[] words) {
        return writeTo(new byte[Math.multiplyExact(Words.BYTES, words.length)], words);
    }

    /** Hy of {@code words}, whose little-endian bytes are put into {@code bytes} on the way: 8 per word. */
    public static Digest writeTo(byte[] bytes, long[] words) {
        var leaves = new ArrayList<byte[]>();
        int leafWords = LEAF_BYTES / Words.BYTES;
        for (int start = 0; start < words.length; start += leafWords) {
            var hash = leafHash(leaves.size());
            int end = Math.min(words.length, start + leafWords);
            for (int at = start; at < end; at += PIECE_WORDS) {
                int to = Math.min(end, at + PIECE_WORDS);
                Words.toBytes(words, at, to, bytes);
                hash.update(bytes, at * Words.BYTES, (to - at) * Words.BYTES);
            }
            leaves.add(hash.digest());
        }
        return Merkle.root(leaves);
    }

    /** Hy of a vector, which is read once, in pieces. */
    public static Digest of(StoredVector vector) {
        if (vector instanceof StoredVector.InMemory(var bytes)) {
            return ofBytes(bytes.unsafeArray());
        }
        var leaves = new Leaves();
        byte[] leaf = new byte[(int) Math.min(LEAF_BYTES, vector.length())];
        for (long start = 0; start < vector.length(); start += LEAF_BYTES) {
            int count = (int) Math.min(LEAF_BYTES, vector.length() - start);
            vector.read(start, leaf, count);
            leaves.add(leaf, count);
        }
        return leaves.root();
    }

    /** How many leaves a vector of {@code bytes} has. */
    public static int leaves(long bytes) {
        return Math.toIntExact(Math.ceilDiv(bytes, (long) LEAF_BYTES));
    }

    /** Leaf number {@code leaf} of {@code vector} with its path to Hy; all of the vector is read once. */
    public static LeafProof proof(StoredVector vector, int leaf) {
        var leaves = new Leaves();
        var proven = Bytes.EMPTY;
        byte[] bytes = new byte[(int) Math.min(LEAF_BYTES, vector.length())];
        for (long start = 0; start < vector.length(); start += LEAF_BYTES) {
            int count = (int) Math.min(LEAF_BYTES, vector.length() - start);
            vector.read(start, bytes, count);
            if (leaves.hashes.size() == leaf) {
                proven = Bytes.wrap(Arrays.copyOf(bytes, count));
            }
            leaves.add(bytes, count);
        }
        return new LeafProof(proven, Merkle.path(leaves.hashes, leaf));
    }

    /** Whether {@code proof} shows leaf number {@code leaf} of the vector of {@code bytes} bytes that hashes to {@code hash}. */
    public static boolean holds(LeafProof proof, int leaf, long bytes, Digest hash) {
        long length = Math.min(LEAF_BYTES, bytes - (long) leaf * LEAF_BYTES);
        return proof.leaf().length() == length
                && Merkle.isPathOf(leaf, leaves(bytes), proof.path())
                && Merkle.rootOf(leafHash(leaf).digest(proof.leaf().unsafeArray()), proof.path())
                        .equals(Optional.of(hash));
    }

    /** Hy of a vector whose leaves come one after the other. */
    public static final class Leaves {
        private final List<byte[]> hashes = new ArrayList<>();

        /** The first {@code count} of {@code bytes} are the next leaf; all but the last have {@link #LEAF_BYTES}. */
        public void add(byte[] bytes, int count) {
            var hash = leafHash(hashes.size());
            hash.update(bytes, 0, count);
            hashes.add(hash.digest());
        }

        public Digest root() {
            return Merkle.root(hashes);
        }
    }

    /** Hy of words that are already little-endian bytes. */
    public static Digest ofBytes(byte[] littleEndian) {
        var leaves = new ArrayList<byte[]>();
        for (int start = 0; start < littleEndian.length; start += LEAF_BYTES) {
            var hash = leafHash(leaves.size());
            hash.update(littleEndian, start, Math.min(LEAF_BYTES, littleEndian.length - start));
            leaves.add(hash.digest());
        }
        return Merkle.root(leaves);
    }

    private static MessageDigest leafHash(int leaf) {
        var hash = Digest.sha256();
        hash.update(LayoutWriter.of(Label.Y).u32(leaf).toArray());
        return hash;
    }
}
