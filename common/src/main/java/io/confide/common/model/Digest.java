package io.confide.common.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A SHA-256 value: 32 bytes, written as 64 lower-case hexadecimal digits. */
public record Digest(Bytes value) implements Comparable<Digest> {
    public static final int BYTES = 32;

    /** 32 zero bytes: "no model", "not accepted". */
    public static final Digest ZERO = new Digest(Bytes.wrap(new byte[BYTES]));

    public Digest {
        if (value.length() != BYTES) {
            throw new IllegalArgumentException(
                    "a SHA-256 digest has 32 bytes, not " + value.length());
        }
    }

    /** SHA-256 of the concatenation of {@code parts}. */
    public static Digest of(byte[]... parts) {
        var hash = sha256();
        for (byte[] part : parts) {
            hash.update(part);
        }
        return new Digest(Bytes.wrap(hash.digest()));
    }

    /** SHA-256 of {@code body}. */
    public static Digest of(Bytes body) {
        return of(body.unsafeArray());
    }

    public static Digest ofHex(String hex) {
        return new Digest(Bytes.ofHex(hex));
    }

    /** A fresh SHA-256 computation of the JDK. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public String hex() {
        return value.hex();
    }

    /** The first 8 hexadecimal digits, for people. */
    public String shortHex() {
        return hex().substring(0, 8);
    }

    @Override
    public int compareTo(Digest other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return hex();
    }
}
