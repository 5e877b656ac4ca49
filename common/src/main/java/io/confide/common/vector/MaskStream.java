package io.confide.common.vector;

import io.confide.common.crypto.Seed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.Objects;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The mask of a seed (PROTOCOL.md §5): AES-256-CTR of zeros with the seed as key and the block number as counter, read
 * as little-endian words. Word k of a vector always gets word k of the stream, so ranges can be masked apart, in any
 * order, by any number of threads. A seed masks one vector only (it is derived from ctx), so the counter starts at zero.
 */
public final class MaskStream {
    // Two of these and the words they go to fit the first-level cache. Pieces above 16 KiB keep
    // AES-CTR out of its
    // intrinsic in a young JVM for seconds (note 70 §10).
    static final int PIECE_BYTES = 8 * 1024;
    private static final int PIECE_WORDS = PIECE_BYTES / Words.BYTES;
    private static final int BLOCK_BYTES = 16;
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] ZEROS = new byte[PIECE_BYTES];
    private static final String AES_CTR = "AES/CTR/NoPadding";
    // Looking the provider up for every mask would cost more than a short mask itself.
    private static final Provider PROVIDER = provider();

    private MaskStream() {}

    /** Adds words {@code from} to {@code to} (exclusive) of the seed's stream to the same words of {@code into}. */
    public static void add(Seed seed, long[] into, int from, int to) {
        apply(seed, into, from, to, Direction.ADD);
    }

    /** Takes words {@code from} to {@code to} (exclusive) of the seed's stream off the same words of {@code into}. */
    public static void subtract(Seed seed, long[] into, int from, int to) {
        apply(seed, into, from, to, Direction.SUBTRACT);
    }

    /** Words {@code first} to first + {@code count} (exclusive) of the seed's stream; {@code first} is even. */
    public static long[] words(Seed seed, long first, int count) {
        if (first % (BLOCK_BYTES / Words.BYTES) != 0) {
            throw new IllegalArgumentException("word " + first + " begins no block");
        }
        long[] words = new long[count];
        byte[] buffer = new byte[PIECE_BYTES];
        try {
            add(cipher(seed, counter(Words.BYTES * first / BLOCK_BYTES)), buffer, words, 0, count);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-CTR", e);
        } finally {
            Arrays.fill(buffer, (byte) 0);
        }
        return words;
    }

    private enum Direction {
        ADD,
        SUBTRACT
    }

    private static void apply(Seed seed, long[] into, int from, int to, Direction direction) {
        Objects.checkFromToIndex(from, to, into.length);
        if (from == to) {
            return;
        }
        long firstByte = (long) Words.BYTES * from;
        int skip = (int) (firstByte % BLOCK_BYTES);
        byte[] buffer =
                new byte[(int) Math.min(PIECE_BYTES, skip + (long) Words.BYTES * (to - from))];
        try {
            Cipher cipher = cipher(seed, counter(firstByte / BLOCK_BYTES));
            if (skip > 0) {
                cipher.update(ZEROS, 0, skip, buffer);
            }
            switch (direction) {
                case ADD -> add(cipher, buffer, into, from, to);
                case SUBTRACT -> subtract(cipher, buffer, into, from, to);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-CTR", e);
        } finally {
            Arrays.fill(buffer, (byte) 0);
        }
    }

    /** A cipher that has no seed yet. */
    static Cipher idle() throws GeneralSecurityException {
        return Cipher.getInstance(AES_CTR, PROVIDER);
    }

    /** Makes {@code stream} that of {@code seed} from its first word on, for {@link #add(Cipher, byte[], long[], int, int)}. */
    static void start(Cipher stream, Seed seed) throws GeneralSecurityException {
        start(stream, seed, counter(0));
    }

    private static void start(Cipher stream, Seed seed, byte[] counter)
            throws GeneralSecurityException {
        byte[] key = seed.reveal();
        try {
            stream.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(counter));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Adds the next to−from words of {@code stream}; {@code buffer} holds a piece, or all of them. */
    static void add(Cipher stream, byte[] buffer, long[] into, int from, int to)
            throws GeneralSecurityException {
        for (int at = from; at < to; at += PIECE_WORDS) {
            int end = Math.min(to, at + PIECE_WORDS);
            stream.update(ZEROS, 0, (end - at) * Words.BYTES, buffer);
            Words.addBytes(buffer, into, at, end);
        }
    }

    /** Takes the next to−from words of {@code stream} off. */
    static void subtract(Cipher stream, byte[] buffer, long[] into, int from, int to)
            throws GeneralSecurityException {
        for (int at = from; at < to; at += PIECE_WORDS) {
            int end = Math.min(to, at + PIECE_WORDS);
            stream.update(ZEROS, 0, (end - at) * Words.BYTES, buffer);
            Words.subtractBytes(buffer, into, at, end);
        }
    }

    private static byte[] counter(long block) {
        byte[] counter = new byte[BLOCK_BYTES];
        BIG_ENDIAN.set(counter, BLOCK_BYTES - Long.BYTES, block);
        return counter;
    }

    static Cipher cipher(Seed seed, byte[] counter) throws GeneralSecurityException {
        Cipher cipher = idle();
        start(cipher, seed, counter);
        return cipher;
    }

    private static Provider provider() {
        try {
            return Cipher.getInstance(AES_CTR).getProvider();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-CTR", e);
        }
    }
}
