package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * MTH of PROTOCOL.md §3.1: node = SHA-256(L("node")‖left‖right), pairs from the left, an odd last one moves up unchanged;
 * MTH() = SHA-256(L("empty")). Leaves are 32-byte hashes under labels of their own, so no leaf can pass for a node.
 */
public final class Merkle {
    private static final int ENTRY_BYTES = 1 + Digest.BYTES;
    private static final int SIBLING_LEFT = 0;
    private static final int SIBLING_RIGHT = 1;
    private static final int DEPTH_MAX = 31;

    private Merkle() {}

    /** The root over 32-byte {@code leaves} in order. */
    public static Digest root(List<byte[]> leaves) {
        return Tree.of(leaves).root();
    }

    /** As {@link Tree#path}, for one path of a tree. */
    public static Bytes path(List<byte[]> leaves, int index) {
        return Tree.of(leaves).path(index);
    }

    /** All nodes of a tree, for many paths. */
    public static final class Tree {
        private final List<byte[][]> rows;

        private Tree(List<byte[][]> rows) {
            this.rows = rows;
        }

        /** The tree over 32-byte {@code leaves} in order. */
        public static Tree of(List<byte[]> leaves) {
            var hash = new NodeHash();
            var rows = new ArrayList<byte[][]>();
            byte[][] row = rowOf(leaves);
            rows.add(row);
            while (row.length > 1) {
                row = hash.above(row);
                rows.add(row);
            }
            return new Tree(rows);
        }

        public Digest root() {
            byte[][] top = rows.getLast();
            return top.length == 0
                    ? Digest.of(Label.EMPTY.bytes())
                    : new Digest(Bytes.copyOf(top[0]));
        }

        /**
         * The path of leaf {@code index}: u32 count ‖ {u8 side of the sibling, 0 = left ‖ sibling 32} from the leaf upwards,
         * no entry where a node moved up alone.
         */
        public Bytes path(int index) {
            int leaves = rows.getFirst().length;
            if (index < 0 || index >= leaves) {
                throw new IllegalArgumentException("leaf %d of %d".formatted(index, leaves));
            }
            var entries = new ByteArrayOutputStream();
            int at = index;
            int count = 0;
            for (byte[][] row : rows) {
                int sibling = at ^ 1;
                if (sibling < row.length) {
                    entries.write(sibling < at ? SIBLING_LEFT : SIBLING_RIGHT);
                    entries.writeBytes(row[sibling]);
                    count++;
                }
                at /= 2;
            }
            return Bytes.wrap(
                    ByteBuffer.allocate(Integer.BYTES + entries.size())
                            .putInt(count)
                            .put(entries.toByteArray())
                            .array());
        }
    }

    /** The root that {@code path} leads to from {@code leaf}; empty if the path is malformed. */
    public static Optional<Digest> rootOf(byte[] leaf, Bytes path) {
        requireHash(leaf);
        if (path.length() < Integer.BYTES) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(path.unsafeArray());
        int count = in.getInt();
        if (count < 0 || count > DEPTH_MAX || in.remaining() != count * ENTRY_BYTES) {
            return Optional.empty();
        }
        var hash = new NodeHash();
        byte[] node = leaf;
        byte[] sibling = new byte[Digest.BYTES];
        for (int entry = 0; entry < count; entry++) {
            int side = in.get();
            in.get(sibling);
            if (side != SIBLING_LEFT && side != SIBLING_RIGHT) {
                return Optional.empty();
            }
            node = side == SIBLING_LEFT ? hash.of(sibling, node) : hash.of(node, sibling);
        }
        return Optional.of(new Digest(Bytes.copyOf(node)));
    }

    /** Whether {@code path} goes from leaf {@code index} of {@code leaves} to their root, whatever its hashes are. */
    static boolean isPathOf(int index, int leaves, Bytes path) {
        var sides = new ByteArrayOutputStream();
        for (int at = index, row = leaves; row > 1; at /= 2, row = Math.ceilDiv(row, 2)) {
            if ((at ^ 1) < row) {
                sides.write((at ^ 1) < at ? SIBLING_LEFT : SIBLING_RIGHT);
            }
        }
        byte[] expected = sides.toByteArray();
        byte[] given = path.unsafeArray();
        boolean same = given.length == Integer.BYTES + ENTRY_BYTES * expected.length;
        for (int entry = 0; same && entry < expected.length; entry++) {
            same = given[Integer.BYTES + ENTRY_BYTES * entry] == expected[entry];
        }
        return same;
    }

    /** Reads the bytes of one path, u32 count and its entries, whatever they lead to. */
    static Bytes readPath(LayoutReader in) {
        int count = in.count(ENTRY_BYTES);
        if (count > DEPTH_MAX) {
            throw new IllegalArgumentException("no tree is that deep");
        }
        return Bytes.wrap(
                ByteBuffer.allocate(Integer.BYTES + ENTRY_BYTES * count)
                        .putInt(count)
                        .put(in.raw(ENTRY_BYTES * count))
                        .array());
    }

    private static byte[][] rowOf(List<byte[]> leaves) {
        leaves.forEach(Merkle::requireHash);
        return leaves.toArray(byte[][]::new);
    }

    private static void requireHash(byte[] leaf) {
        if (leaf.length != Digest.BYTES) {
            throw new IllegalArgumentException("a leaf has 32 bytes, not " + leaf.length);
        }
    }

    /** One hash object for a whole tree: looking SHA-256 up per node would cost as much as the hash. */
    private static final class NodeHash {
        private final MessageDigest sha256 = Digest.sha256();
        private final byte[] label = Label.NODE.bytes();

        byte[] of(byte[] left, byte[] right) {
            sha256.update(label);
            sha256.update(left);
            return sha256.digest(right);
        }

        byte[][] above(byte[][] row) {
            byte[][] above = new byte[Math.ceilDiv(row.length, 2)][];
            for (int at = 0; at < above.length; at++) {
                int left = 2 * at;
                above[at] = left + 1 < row.length ? of(row[left], row[left + 1]) : row[left];
            }
            return above;
        }
    }
}
