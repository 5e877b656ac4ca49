package io.confide.participant.session;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Longs of a {@link SecureRandom}, fetched in blocks: rounding draws one per parameter, and a call per draw would cost
 * more than the training. One thread.
 */
final class BufferedRandom implements RandomGenerator {
    private static final int BLOCK_BYTES = 8192;

    private final SecureRandom source;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final ByteBuffer longs = ByteBuffer.wrap(block).position(BLOCK_BYTES);

    BufferedRandom(SecureRandom source) {
        this.source = source;
    }

    @Override
    public long nextLong() {
        if (!longs.hasRemaining()) {
            source.nextBytes(block);
            longs.rewind();
        }
        return longs.getLong();
    }
}
