package io.confide.common.vector;

import io.confide.common.crypto.Seed;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.crypto.Cipher;

/**
 * The masks of many seeds, put on one vector together: chunk by chunk, so that a chunk stays in the processor's cache
 * while every mask is added to it or taken off it. The same words as {@link MaskStream} makes one after the other.
 */
public final class Masks {
    // A quarter of the second-level cache of the processors that this was measured on.
    private static final int CHUNK_WORDS = 32 * 1024;

    private final List<Cipher> added = new ArrayList<>();
    private final List<Cipher> subtracted = new ArrayList<>();

    /** Adds the seed's mask when the time comes; the seed may be erased now. */
    public void add(Seed seed) {
        added.add(MaskStream.fromFirstWord(seed));
    }

    /** Takes the seed's mask off when the time comes; the seed may be erased now. */
    public void subtract(Seed seed) {
        subtracted.add(MaskStream.fromFirstWord(seed));
    }

    /** Puts every mask on {@code vector}, in place. Only once: the masks are used up. */
    public void applyTo(long[] vector) {
        byte[] buffer = new byte[MaskStream.PIECE_BYTES];
        try {
            for (int from = 0; from < vector.length; from += CHUNK_WORDS) {
                int to = Math.min(vector.length, from + CHUNK_WORDS);
                for (Cipher stream : added) {
                    MaskStream.add(stream, buffer, vector, from, to);
                }
                for (Cipher stream : subtracted) {
                    MaskStream.subtract(stream, buffer, vector, from, to);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the buffer has the size of its input", e);
        } finally {
            Arrays.fill(buffer, (byte) 0);
            added.clear();
            subtracted.clear();
        }
    }
}
