package io.confide.coordinator.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Threads of which one runs at a time: at each {@link #step} the seed decides who goes on. What they do is the same for the
 * same seed.
 */
final class Turns {
    private static final BooleanSupplier ALWAYS = () -> true;

    private final SplittableRandom random;
    private final List<Actor> actors = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Throwable failure;
    private Actor running;

    Turns(SplittableRandom random) {
        this.random = random;
    }

    /** Ends a thread whose process is gone. */
    static final class Gone extends Error {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("gone", null, false, false);
        }
    }

    private static final class Actor {
        private final BooleanSupplier isGone;
        private BooleanSupplier ready = ALWAYS;
        private volatile boolean turn;
        private Thread thread;

        Actor(BooleanSupplier isGone) {
            this.isGone = isGone;
        }
    }

    /** Adds a thread, before {@link #run} or from another of them. */
    void add(BooleanSupplier isGone, Runnable work) {
        var actor = new Actor(isGone);
        actors.add(actor);
        actor.thread =
                Thread.ofVirtual()
                        .unstarted(
                                () -> {
                                    try {
                                        await(actor);
                                        work.run();
                                    } catch (Gone _) {
                                        // As intended.
                                    } catch (Throwable e) {
                                        failure = e;
                                    } finally {
                                        actors.remove(actor);
                                        next();
                                    }
                                });
        actor.thread.start();
    }

    /** Returns when all are over. */
    void run() {
        next();
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }

    /** Lets somebody go on: the caller, or another one first. */
    void step() {
        until(ALWAYS);
    }

    /** As {@link #step}, but the caller does not go on before {@code ready}. */
    void until(BooleanSupplier ready) {
        var self = running;
        self.ready = ready;
        next();
        await(self);
    }

    private void next() {
        var ready =
                actors.stream()
                        .filter(a -> a.isGone.getAsBoolean() || a.ready.getAsBoolean())
                        .toList();
        if (ready.isEmpty()) {
            if (!actors.isEmpty() && failure == null) {
                failure = new AssertionError(actors.size() + " wait for each other");
            }
            over.countDown();
            return;
        }
        running = ready.get(random.nextInt(ready.size()));
        running.turn = true;
        if (running.thread != Thread.currentThread()) {
            LockSupport.unpark(running.thread);
        }
    }

    private static void await(Actor self) {
        while (!self.turn) {
            LockSupport.park();
        }
        self.turn = false;
        self.ready = ALWAYS;
        if (self.isGone.getAsBoolean()) {
            throw new Gone();
        }
    }
}
