package io.confide.common.model;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable byte string with value equality. Never for secrets: those live in types that erase
 * themselves. {@code toString} shows the length only, so that no payload reaches a log by accident.
 */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** Copies {@code value}. */
    public static Bytes copyOf(byte[] value) {
        return value.length == 0 ? EMPTY : new Bytes(value.clone());
    }

    /** Takes ownership of {@code value}: the caller must not touch it again. */
    public static Bytes wrap(byte[] value) {
        return new Bytes(value);
    }

    /** Parses lower- or upper-case hexadecimal; throws {@link IllegalArgumentException} otherwise. */
    public static Bytes ofHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    public int length() {
        return value.length;
    }

    /** Returns a copy. */
    public byte[] toArray() {
        return value.clone();
    }

    /** Returns the backing array without a copy, for reading only. */
    public byte[] unsafeArray() {
        return value;
    }

    public boolean startsWith(Bytes prefix) {
        int length = prefix.value.length;
        return value.length >= length && Arrays.equals(value, 0, length, prefix.value, 0, length);
    }

    public String hex() {
        return HexFormat.of().formatHex(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && MessageDigest.isEqual(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return "Bytes[" + value.length + "]";
    }
}
