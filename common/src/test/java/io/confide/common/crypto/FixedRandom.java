package io.confide.common.crypto;

import java.security.SecureRandom;
import java.util.function.IntFunction;

/** A {@link SecureRandom} whose bytes come from a given source, for known answers. */
final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient IntFunction<byte[]> source;

    FixedRandom(IntFunction<byte[]> source) {
        this.source = source;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        System.arraycopy(source.apply(bytes.length), 0, bytes, 0, bytes.length);
    }
}
