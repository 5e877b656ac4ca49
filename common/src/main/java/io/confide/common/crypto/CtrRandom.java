package io.confide.common.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A cryptographic random generator that is fast enough for one draw per coordinate: the AES-256-CTR stream of a secret
 * seed as little-endian words. The same seed gives the same draws, so a seed serves one purpose only. Not for several
 * threads at once.
 */
public final class CtrRandom implements RandomGenerator {
    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCK_WORDS = BLOCK_BYTES / Long.BYTES;
    // As RandomGenerator.nextDouble: the upper 53 bits of a word.
    private static final int UNUSED_BITS = 11;
    private static final double DOUBLE_UNIT = 0x1.0p-53;
    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private final Cipher cipher;
    private final byte[] bytes = new byte[BLOCK_BYTES];
    private int next = BLOCK_WORDS;

    private CtrRandom(Cipher cipher) {
        this.cipher = cipher;
    }

    /** The generator of {@code seed}; the seed may be erased afterwards. */
    public static CtrRandom of(Seed seed) {
        byte[] key = seed.reveal();
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(new byte[16]));
            return new CtrRandom(cipher);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-CTR", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public long nextLong() {
        if (next == BLOCK_WORDS) {
            refill();
        }
        return word(next++);
    }

    /** Fills the first {@code count} places of {@code into} with the draws that as many {@link #nextDouble} would give. */
    public void nextDoubles(double[] into, int count) {
        for (int at = 0; at < count; ) {
            if (next == BLOCK_WORDS) {
                refill();
            }
            int some = Math.min(count - at, BLOCK_WORDS - next);
            for (int draw = 0; draw < some; draw++) {
                into[at + draw] = (word(next + draw) >>> UNUSED_BITS) * DOUBLE_UNIT;
            }
            next += some;
            at += some;
        }
    }

    private long word(int at) {
        return (long) LITTLE_ENDIAN.get(bytes, Long.BYTES * at);
    }

    private void refill() {
        try {
            cipher.update(ZEROS, 0, BLOCK_BYTES, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the buffer has the size of its input", e);
        }
        next = 0;
    }
}
