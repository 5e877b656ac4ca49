package io.confide.common.crypto;

import io.confide.common.model.Digest;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * 32 secret bytes: a key, a mask seed or a dealt secret. Compared in constant time, never printed, and
 * zeroed by {@link #erase()}; every use after that throws {@link IllegalStateException}.
 */
public final class Seed implements AutoCloseable {
    public static final int BYTES = 32;

    private final byte[] value;
    private boolean erased;

    private Seed(byte[] value) {
        this.value = value;
    }

    /** A seed with a copy of {@code value}, which must have 32 bytes; the caller erases its own array. */
    public static Seed copyOf(byte[] value) {
        if (value.length != BYTES) {
            throw new IllegalArgumentException("a seed has 32 bytes, not " + value.length);
        }
        return new Seed(value.clone());
    }

    /** A fresh seed drawn from {@code random}. */
    public static Seed generate(SecureRandom random) {
        byte[] value = new byte[BYTES];
        random.nextBytes(value);
        return new Seed(value);
    }

    /** Takes ownership of 32 bytes that nobody else holds. */
    static Seed wrap(byte[] value) {
        if (value.length != BYTES) {
            throw new IllegalArgumentException("a seed has 32 bytes, not " + value.length);
        }
        return new Seed(value);
    }

    /** Returns a copy of the 32 bytes; the caller erases it after use. */
    public synchronized byte[] reveal() {
        requireAlive();
        return value.clone();
    }

    /** A seed of its own with the same 32 bytes: it is erased by whoever asked for it. */
    public synchronized Seed copy() {
        requireAlive();
        return new Seed(value.clone());
    }

    /** SHA-256 of the 32 bytes. */
    public synchronized Digest digest() {
        requireAlive();
        return Digest.of(value);
    }

    /** Overwrites the bytes with zeros. May be called again. */
    public synchronized void erase() {
        Arrays.fill(value, (byte) 0);
        erased = true;
    }

    @Override
    public void close() {
        erase();
    }

    /** Constant time in the bytes; two erased seeds are not equal unless they are the same object. */
    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof Seed that && sameBytes(that);
    }

    private boolean sameBytes(Seed that) {
        byte[] theirs = that.revealIfAlive();
        byte[] ours = revealIfAlive();
        boolean same = ours.length == BYTES && MessageDigest.isEqual(ours, theirs);
        Arrays.fill(theirs, (byte) 0);
        Arrays.fill(ours, (byte) 0);
        return same;
    }

    private synchronized byte[] revealIfAlive() {
        return erased ? new byte[0] : value.clone();
    }

    private void requireAlive() {
        if (erased) {
            throw new IllegalStateException("this seed is erased");
        }
    }

    /** The same for all seeds: a hash would tell something about the bytes. */
    @Override
    public int hashCode() {
        return BYTES;
    }

    @Override
    public String toString() {
        return "Seed[redacted]";
    }
}
