package io.confide.common.crypto;

import java.nio.ByteBuffer;
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
    private static final int BLOCK_BYTES = 4096;
    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private final Cipher cipher;
    private final byte[] bytes = new byte[BLOCK_BYTES];
    private final ByteBuffer stream = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    private CtrRandom(Cipher cipher) {
        this.cipher = cipher;
        stream.position(BLOCK_BYTES);
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
        if (!stream.hasRemaining()) {
            refill();
        }
        return stream.getLong();
    }

    private void refill() {
        try {
            cipher.update(ZEROS, 0, BLOCK_BYTES, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the buffer has the size of its input", e);
        }
        stream.rewind();
    }
}
