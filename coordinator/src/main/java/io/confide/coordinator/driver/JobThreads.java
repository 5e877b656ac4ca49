package io.confide.coordinator.driver;

import java.time.Duration;

/** What runs jobs: by default a virtual thread for each; a simulation takes their turns itself. */
public interface JobThreads {
    /** Every job on a virtual thread of its own. */
    JobThreads VIRTUAL =
            (name, work) -> new OnThread(Thread.ofVirtual().name(name).unstarted(work::toTheEnd));

    /** Returns how {@code work} goes on; nothing happens before {@link Course#start}. */
    Course prepare(String name, Work work);

    /** One job, to be run in one of two ways and by one thread at a time. */
    interface Work {
        /** Runs it to its end; waits for mail. */
        void toTheEnd();

        /** Handles what is there, the beginning first, and waits for nothing. */
        void now();
    }

    /** A job that runs. */
    interface Course {
        void start();

        /** Waits at most {@code bound} for its end; returns whether it came. */
        boolean join(Duration bound) throws InterruptedException;
    }

    /** @param thread not started yet */
    record OnThread(Thread thread) implements Course {
        @Override
        public void start() {
            thread.start();
        }

        @Override
        public boolean join(Duration bound) throws InterruptedException {
            return thread.join(bound);
        }
    }
}
