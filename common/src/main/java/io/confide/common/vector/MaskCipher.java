package io.confide.common.vector;

import io.confide.common.crypto.Seed;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

import javax.crypto.Cipher;

/**
 * A cipher that makes one short mask after the other, for the rounds of an epoch. To make a cipher takes longer than a
 * short mask, and a tenth of a millisecond where rounds are far apart, so that the processor has forgotten how. No seed
 * stays in it.
 */
public final class MaskCipher {
    private static final Seed NONE = Seed.copyOf(new byte[Seed.BYTES]);

    private final Cipher stream;

    public MaskCipher() {
        try {
            this.stream = MaskStream.idle();
        } catch (GeneralSecurityException e) {
            throw noCipher(e);
        }
    }

    /** Adds the masks of {@code added} to {@code vector} and takes those of {@code subtracted} off. */
    synchronized void apply(List<Seed> added, List<Seed> subtracted, long[] vector) {
        byte[] buffer = new byte[MaskStream.PIECE_BYTES];
        try {
            for (Seed seed : added) {
                MaskStream.start(stream, seed);
                MaskStream.add(stream, buffer, vector, 0, vector.length);
            }
            for (Seed seed : subtracted) {
                MaskStream.start(stream, seed);
                MaskStream.subtract(stream, buffer, vector, 0, vector.length);
            }
        } catch (GeneralSecurityException e) {
            throw noCipher(e);
        } finally {
            forget(buffer);
        }
    }

    /** Another key in place of the last seed, and another block in place of the last one that was not used up. */
    private void forget(byte[] buffer) {
        try {
            MaskStream.start(stream, NONE);
            stream.update(buffer, 0, 1, buffer);
        } catch (GeneralSecurityException e) {
            throw noCipher(e);
        } finally {
            Arrays.fill(buffer, (byte) 0);
        }
    }

    static IllegalStateException noCipher(GeneralSecurityException cause) {
        return new IllegalStateException("every Java platform has AES-256-CTR", cause);
    }
}
