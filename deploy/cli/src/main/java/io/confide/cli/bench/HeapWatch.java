package io.confide.cli.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** The largest use of the heap that was seen. */
final class HeapWatch {
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    private long peak;
    private long live;

    /** Looks now; garbage that was not collected yet counts. */
    void sample() {
        peak = Math.max(peak, used());
    }

    /** Collects, and notes what is really needed at this moment. */
    void sampleLive() {
        sample();
        MEMORY.gc();
        live = Math.max(live, used());
    }

    private static long used() {
        return MEMORY.getHeapMemoryUsage().getUsed();
    }

    long peakBytes() {
        return peak;
    }

    long liveBytes() {
        return live;
    }
}
