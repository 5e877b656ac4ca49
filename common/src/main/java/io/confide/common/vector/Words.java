package io.confide.common.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Vectors of 64-bit words, little-endian as bytes, added modulo 2^64. */
public final class Words {
    public static final int BYTES = 8;

    // A VarHandle that is not static final costs a factor of ten (note 70 §10).
    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Words() {}

    /** The 8·n little-endian bytes of {@code words}. */
    public static byte[] toBytes(long[] words) {
        byte[] bytes = new byte[Math.multiplyExact(BYTES, words.length)];
        toBytes(words, 0, words.length, bytes);
        return bytes;
    }

    /** Writes words {@code from} to {@code to} (exclusive) to their own places in {@code bytes}. */
    public static void toBytes(long[] words, int from, int to, byte[] bytes) {
        for (int word = from; word < to; word++) {
            LITTLE_ENDIAN.set(bytes, word * BYTES, words[word]);
        }
    }

    /** The words of little-endian {@code bytes}, whose length must be a multiple of 8. */
    public static long[] fromBytes(byte[] bytes) {
        if (bytes.length % BYTES != 0) {
            throw new IllegalArgumentException(
                    "a vector has a multiple of 8 bytes, not " + bytes.length);
        }
        long[] words = new long[bytes.length / BYTES];
        for (int word = 0; word < words.length; word++) {
            words[word] = (long) LITTLE_ENDIAN.get(bytes, word * BYTES);
        }
        return words;
    }

    /** Adds {@code input} to {@code sum} word by word; both have the same length. */
    public static void addInto(long[] sum, long[] input) {
        if (sum.length != input.length) {
            throw new IllegalArgumentException(
                    "a vector of %d words cannot be added to one of %d"
                            .formatted(input.length, sum.length));
        }
        for (int word = 0; word < sum.length; word++) {
            sum[word] += input[word];
        }
    }

    /** Adds the words of {@code littleEndian}, 8 bytes each, to {@code sum}; both have the same number. */
    public static void addInto(long[] sum, byte[] littleEndian) {
        if (littleEndian.length != (long) BYTES * sum.length) {
            throw new IllegalArgumentException(
                    "a vector of %d bytes cannot be added to one of %d words"
                            .formatted(littleEndian.length, sum.length));
        }
        addBytes(littleEndian, sum, 0, sum.length);
    }

    /** Adds the little-endian words in the first 8·(to−from) bytes to words {@code from} to {@code to}. */
    static void addBytes(byte[] bytes, long[] into, int from, int to) {
        for (int word = from; word < to; word++) {
            into[word] += (long) LITTLE_ENDIAN.get(bytes, (word - from) * BYTES);
        }
    }

    /** Subtracts the little-endian words in the first 8·(to−from) bytes from words {@code from} to {@code to}. */
    static void subtractBytes(byte[] bytes, long[] into, int from, int to) {
        for (int word = from; word < to; word++) {
            into[word] -= (long) LITTLE_ENDIAN.get(bytes, (word - from) * BYTES);
        }
    }
}
