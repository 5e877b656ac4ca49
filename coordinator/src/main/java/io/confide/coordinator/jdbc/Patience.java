package io.confide.coordinator.jdbc;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/**
 * How long a write waits for a database that is away.
 *
 * @param all in all
 * @param pause between two attempts
 */
record Patience(Duration all, Duration pause) {
    /** A job has nothing better to do than to wait: whatever else it did could be lost. */
    static final Patience OF_A_JOB = new Patience(Duration.ofDays(365), Duration.ofSeconds(1));

    /** A person does not wait for ever. */
    static final Patience OF_A_PERSON = new Patience(Duration.ofMinutes(1), Duration.ofSeconds(1));

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration TOLD_EVERY = Duration.ofMinutes(1);

    /** A write that may be tried again although it is not known whether it was made. */
    @FunctionalInterface
    interface Write<E extends Exception> {
        void attempt() throws E;
    }

    /**
     * Tries {@code write} until it is known to be made.
     *
     * @throws ConfideException UNREACHABLE if the patience is over or the thread interrupted; nobody knows then
     */
    <E extends Exception> void insist(Write<E> write) throws E {
        long begun = System.nanoTime();
        long told = 0;
        while (true) {
            try {
                write.attempt();
                if (told > 0) {
                    LOG.info("event=store-back waited={}", since(begun));
                }
                return;
            } catch (ConfideException e) {
                var waited = since(begun);
                if (e.code() != ErrorCode.UNREACHABLE || waited.compareTo(all) > 0) {
                    throw e;
                }
                if (waited.compareTo(TOLD_EVERY.multipliedBy(told)) >= 0) {
                    told = waited.dividedBy(TOLD_EVERY) + 1;
                    LOG.warn("event=store-away waited={}", waited);
                }
                pause(e);
            }
        }
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private void pause(ConfideException away) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away;
        }
    }
}
