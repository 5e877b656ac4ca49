package io.confide.coordinator.port;

import java.time.Duration;

/** Calls back after a delay, on any thread: callers only enqueue. */
public interface Timers {
    /** Calls {@code task} once after {@code delay} unless cancelled before. */
    Timer after(Duration delay, Runnable task);

    /** The clock by which delays are counted: nanoseconds since some moment, and it only runs on. */
    default long nanos() {
        return System.nanoTime();
    }

    /** A call that is still to come. */
    interface Timer {
        /** Too late or twice is no error. */
        void cancel();
    }
}
