package io.confide.participant.privacy;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.privacy.noise.TableDiscreteGaussian;

import java.util.Arrays;

/** One site's noise for one release: drawn before the data are looked at, used once, then gone. One thread. */
public final class NoiseShare {
    private final long[] noise;
    private State state = State.FRESH;

    private enum State {
        FRESH,
        USED
    }

    private NoiseShare(long[] noise) {
        this.noise = noise;
    }

    /** {@code length} draws of {@code law} with {@code random}, which serves nothing else. */
    static NoiseShare of(TableDiscreteGaussian law, CtrRandom random, int length) {
        long[] noise = new long[length];
        law.with(random).fill(noise);
        return new NoiseShare(noise);
    }

    /**
     * {@code sum} with this noise.
     *
     * @throws IllegalStateException if it was used before: two sums with one noise differ by their records alone
     */
    long[] addTo(long[] sum) {
        if (state == State.USED) {
            throw new IllegalStateException("this noise was used before");
        }
        if (sum.length != noise.length) {
            throw new IllegalArgumentException(
                    "noise for %d elements, not %d".formatted(noise.length, sum.length));
        }
        state = State.USED;
        long[] noisy = new long[sum.length];
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] = sum[i] + noise[i];
        }
        Arrays.fill(noise, 0);
        return noisy;
    }
}
