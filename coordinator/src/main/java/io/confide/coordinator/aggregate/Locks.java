package io.confide.coordinator.aggregate;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Where threads that fold inputs wait for each other; a simulation steps through it. */
interface Locks {
    /** Locks that know nothing of each other. */
    Locks USUAL = _ -> new ReentrantLock();

    /** A new one. */
    Lock of(Guarded what);

    /** What a lock guards: whoever holds that of an input may wait for the others, and whoever holds one of those for none. */
    enum Guarded {
        INPUT,
        SUM,
        BOOT
    }
}
