package io.confide.participant.link;

import java.util.random.RandomGenerator;

/** Pauses between attempts: 0.2 s doubling to 10 s, each drawn between half of it and all of it. */
final class Backoff {
    static final long FIRST_MILLIS = 200;
    static final long LONGEST_MILLIS = 10_000;

    private final RandomGenerator jitter;
    private long pauseMillis = FIRST_MILLIS;

    Backoff(RandomGenerator jitter) {
        this.jitter = jitter;
    }

    /** Returns the next pause; without jitter all sites would come back in the same moment after an outage. */
    long nextMillis() {
        long pause = pauseMillis;
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_MILLIS);
        return pause / 2 + jitter.nextLong(pause / 2 + 1);
    }

    /** A connection worked: the next pause is short again. */
    void reset() {
        pauseMillis = FIRST_MILLIS;
    }
}
