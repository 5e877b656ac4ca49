package io.confide.swarm;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.random.RandomGenerator;

/** What a simulated process draws its keys from: the same from the same seed, and worth nothing anywhere else. */
final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    SeededRandom(RandomGenerator source) {
        super(new Source(source), null);
    }

    private static final class Source extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;

        private final transient RandomGenerator source;

        Source(RandomGenerator source) {
            this.source = source;
        }

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            source.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            byte[] seed = new byte[length];
            source.nextBytes(seed);
            return seed;
        }
    }
}
