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
    static final int CHUNK_WORDS = 32 * 1024;

    private final MaskCipher cipher;
    private final List<Seed> added = new ArrayList<>();
    private final List<Seed> subtracted = new ArrayList<>();

    /** @param cipher makes the masks of a vector that is one chunk */
    public Masks(MaskCipher cipher) {
        this.cipher = cipher;
    }

    /** Adds the seed's mask when the time comes; the seed may be erased now. */
    public void add(Seed seed) {
        added.add(seed.copy());
    }

    /** Takes the seed's mask off when the time comes; the seed may be erased now. */
    public void subtract(Seed seed) {
        subtracted.add(seed.copy());
    }

    /** Puts every mask on {@code vector}, in place. Only once: the masks are used up. */
    public void applyTo(long[] vector) {
        if (vector.length <= CHUNK_WORDS) {
            try {
                cipher.apply(added, subtracted, vector);
            } finally {
                forget();
            }
            return;
        }
        try (var running = begin()) {
            for (int from = 0; from < vector.length; from += CHUNK_WORDS) {
                running.next(vector, from, Math.min(vector.length, from + CHUNK_WORDS));
            }
        }
    }

    /** Begins with a vector that comes piece by piece, each once and in order. Only once: the masks are used up. */
    public Running begin() {
        try {
            return new Running(streams(added), streams(subtracted));
        } catch (GeneralSecurityException e) {
            throw MaskCipher.noCipher(e);
        } finally {
            forget();
        }
    }

    /** The masks on their way along a vector. */
    public static final class Running implements AutoCloseable {
        private final List<Cipher> adding;
        private final List<Cipher> subtracting;
        private final byte[] buffer = new byte[MaskStream.PIECE_BYTES];

        private Running(List<Cipher> adding, List<Cipher> subtracting) {
            this.adding = adding;
            this.subtracting = subtracting;
        }

        /** Puts the masks on words {@code from} to {@code to} (exclusive) of {@code words}, the next ones of the vector. */
        public void next(long[] words, int from, int to) {
            try {
                for (Cipher stream : adding) {
                    MaskStream.add(stream, buffer, words, from, to);
                }
                for (Cipher stream : subtracting) {
                    MaskStream.subtract(stream, buffer, words, from, to);
                }
            } catch (GeneralSecurityException e) {
                throw MaskCipher.noCipher(e);
            }
        }

        @Override
        public void close() {
            Arrays.fill(buffer, (byte) 0);
        }
    }

    private void forget() {
        added.forEach(Seed::erase);
        subtracted.forEach(Seed::erase);
        added.clear();
        subtracted.clear();
    }

    private static List<Cipher> streams(List<Seed> seeds) throws GeneralSecurityException {
        var streams = new ArrayList<Cipher>(seeds.size());
        for (Seed seed : seeds) {
            Cipher stream = MaskStream.idle();
            MaskStream.start(stream, seed);
            streams.add(stream);
        }
        return streams;
    }
}
