package io.confide.common.secagg;

import io.confide.common.layout.LayoutReader;
import io.confide.common.model.Bytes;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An immutable set of roster indices out of 0..n−1 with its canonical bitmap: bit i is byte i/8, bit i mod 8 from the
 * low end, ⌈n/8⌉ bytes, spare bits 0 (PROTOCOL.md §3.1).
 */
public final class SiteSet {
    private final int rosterSize;
    private final BitSet members;

    private SiteSet(int rosterSize, BitSet members) {
        this.rosterSize = rosterSize;
        this.members = members;
    }

    /** The set of {@code indices}, each in 0..n−1. */
    public static SiteSet of(int n, Collection<Integer> indices) {
        var members = new BitSet(n);
        for (int index : indices) {
            if (index < 0 || index >= n) {
                throw new IllegalArgumentException(
                        "index %d is not in a roster of %d".formatted(index, n));
            }
            members.set(index);
        }
        return new SiteSet(n, members);
    }

    /** All of 0..n−1. */
    public static SiteSet all(int n) {
        var members = new BitSet(n);
        members.set(0, n);
        return new SiteSet(n, members);
    }

    /** The set of a canonical bitmap; empty if the length is not ⌈n/8⌉ or a spare bit is 1. */
    public static Optional<SiteSet> parse(int n, Bytes bitmap) {
        if (n < 1 || bitmap.length() != bitmapBytes(n)) {
            return Optional.empty();
        }
        var members = BitSet.valueOf(bitmap.unsafeArray());
        return members.length() > n ? Optional.empty() : Optional.of(new SiteSet(n, members));
    }

    /** Reads u32 N and the bitmap. */
    static SiteSet read(LayoutReader reader) {
        int n = reader.u32();
        return readBitmap(n, reader);
    }

    /** Reads the bitmap of a known N. */
    static SiteSet readBitmap(int n, LayoutReader reader) {
        return parse(n, reader.bytes(bitmapBytes(n)))
                .orElseThrow(() -> new IllegalArgumentException("not a canonical bitmap"));
    }

    private static int bitmapBytes(int n) {
        return Math.ceilDiv(n, Byte.SIZE);
    }

    /** N: the size of the roster, not of this set. */
    public int rosterSize() {
        return rosterSize;
    }

    public boolean contains(int index) {
        return index >= 0 && members.get(index);
    }

    /** The number of members. */
    public int size() {
        return members.cardinality();
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** True if every member of {@code other} is a member of this set, over the same roster size. */
    public boolean containsAll(SiteSet other) {
        return rosterSize == other.rosterSize && other.minus(this).isEmpty();
    }

    /** The members that are not in {@code other}. */
    public SiteSet minus(SiteSet other) {
        requireSameRoster(other);
        var rest = (BitSet) members.clone();
        rest.andNot(other.members);
        return new SiteSet(rosterSize, rest);
    }

    /** The members that are in both. */
    public SiteSet intersect(SiteSet other) {
        requireSameRoster(other);
        var both = (BitSet) members.clone();
        both.and(other.members);
        return new SiteSet(rosterSize, both);
    }

    /** This set with {@code index}. */
    public SiteSet with(int index) {
        if (index < 0 || index >= rosterSize) {
            throw new IllegalArgumentException(
                    "index %d is not in a roster of %d".formatted(index, rosterSize));
        }
        var more = (BitSet) members.clone();
        more.set(index);
        return new SiteSet(rosterSize, more);
    }

    /** The canonical bitmap. */
    public Bytes bytes() {
        byte[] bitmap = new byte[bitmapBytes(rosterSize)];
        byte[] used = members.toByteArray();
        System.arraycopy(used, 0, bitmap, 0, used.length);
        return Bytes.wrap(bitmap);
    }

    /** The members in ascending order. */
    public IntStream stream() {
        return members.stream();
    }

    /** The members in ascending order. */
    public List<Integer> indices() {
        return members.stream().boxed().toList();
    }

    private void requireSameRoster(SiteSet other) {
        if (rosterSize != other.rosterSize) {
            throw new IllegalArgumentException(
                    "sets over rosters of %d and %d sites".formatted(rosterSize, other.rosterSize));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SiteSet that
                && rosterSize == that.rosterSize
                && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return 31 * rosterSize + members.hashCode();
    }

    @Override
    public String toString() {
        return members + " of " + rosterSize;
    }
}
