package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class MerkleTest {
    @Property(tries = 100)
    void everyPathLeadsToTheRoot(@ForAll @IntRange(min = 1, max = 70) int size) {
        List<byte[]> leaves = leaves(size);
        Digest root = Merkle.root(leaves);
        for (int at = 0; at < size; at++) {
            Bytes path = Merkle.path(leaves, at);
            assertEquals(Optional.of(root), Merkle.rootOf(leaves.get(at), path));
            byte[] other = leaves.get(at).clone();
            other[0] ^= 1;
            assertNotEquals(Optional.of(root), Merkle.rootOf(other, path));
        }
    }

    @Property(tries = 100)
    void everyChangedLeafChangesTheRoot(
            @ForAll @IntRange(min = 1, max = 40) int size,
            @ForAll @IntRange(min = 0, max = 39) int position) {
        var leaves = new ArrayList<byte[]>(leaves(size));
        Digest root = Merkle.root(leaves);
        int at = position % size;
        byte[] changed = leaves.get(at).clone();
        changed[31] ^= 1;
        leaves.set(at, changed);
        assertNotEquals(root, Merkle.root(leaves));
    }

    @Test
    void aTreeOfOneLeafIsTheLeaf() {
        List<byte[]> one = leaves(1);
        assertEquals(new Digest(Bytes.copyOf(one.getFirst())), Merkle.root(one));
        assertEquals("00000000", Merkle.path(one, 0).hex());
    }

    @Test
    void refusesMalformedPaths() {
        List<byte[]> leaves = leaves(3);
        byte[] leaf = leaves.getFirst();
        byte[] path = Merkle.path(leaves, 0).toArray();
        byte[] side = path.clone();
        side[4] = 2;
        byte[] count = path.clone();
        count[3] = 1;
        byte[] huge = path.clone();
        huge[0] = (byte) 0x80;
        assertTrue(Merkle.rootOf(leaf, Bytes.wrap(side)).isEmpty());
        assertTrue(Merkle.rootOf(leaf, Bytes.wrap(count)).isEmpty());
        assertTrue(Merkle.rootOf(leaf, Bytes.wrap(huge)).isEmpty());
        assertTrue(Merkle.rootOf(leaf, Bytes.EMPTY).isEmpty());
        assertTrue(
                Merkle.rootOf(leaf, Bytes.wrap(java.util.Arrays.copyOf(path, path.length + 1)))
                        .isEmpty());
    }

    /** 31 steps are the most; and a count whose product with the size of a step is, in 32 bits, the right length. */
    @Test
    void refusesPathsThatAreDeeperThanAnyTree() {
        byte[] leaf = leaves(1).getFirst();
        assertTrue(Merkle.rootOf(leaf, path(31, 31 * 33)).isPresent());
        assertTrue(Merkle.rootOf(leaf, path(32, 32 * 33)).isEmpty());
        int wraps = 0x3e0f_83e1;
        assertEquals(1, 33 * wraps);
        assertTrue(Merkle.rootOf(leaf, path(wraps, 1)).isEmpty());
    }

    private static Bytes path(int count, int bytes) {
        return Bytes.wrap(ByteBuffer.allocate(4 + bytes).putInt(count).array());
    }

    @Test
    void refusesLeavesThatAreNotHashesAndIndicesOutside() {
        List<byte[]> shortLeaf = List.of(new byte[31]);
        List<byte[]> leaves = leaves(2);
        assertThrows(IllegalArgumentException.class, () -> Merkle.root(shortLeaf));
        assertThrows(IllegalArgumentException.class, () -> Merkle.path(leaves, 2));
        assertThrows(IllegalArgumentException.class, () -> Merkle.path(leaves, -1));
    }

    private static List<byte[]> leaves(int size) {
        return IntStream.range(0, size)
                .mapToObj(leaf -> Digest.of(new byte[] {(byte) leaf, 7}).value().toArray())
                .toList();
    }
}
