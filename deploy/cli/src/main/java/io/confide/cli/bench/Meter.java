package io.confide.cli.bench;

import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Processor time and bytes of one set-up or one round, by who spent them. Everything runs in the calling thread, so its
 * processor time is the cost, whatever else the machine does meanwhile.
 */
final class Meter {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final double NANOS = 1e9;

    private final SiteSet measured;
    private final long[] siteNanos;
    private final long[] up;
    private final long[] down;
    private final Map<Work, Long> nanos = new EnumMap<>(Work.class);

    /** What the time goes to. */
    enum Work {
        SITE_ENCODE,
        SITE_INPUT,
        SITE_CONTROL,
        SERVER_CONTROL,
        SERVER_FOLD,
        SERVER_UNMASK,
        SERVER_DECODE
    }

    /** @param measured the sites whose work and bytes count */
    Meter(SiteSet measured) {
        int sites = measured.rosterSize();
        this.measured = measured;
        this.siteNanos = new long[sites];
        this.up = new long[sites];
        this.down = new long[sites];
    }

    /** Processor time of this thread since its start, in nanoseconds. */
    static long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** Runs work of one site. */
    <T> T site(int site, Work work, Supplier<T> task) {
        long begin = cpuNanos();
        T made = task.get();
        long spent = cpuNanos() - begin;
        if (measured.contains(site)) {
            siteNanos[site] += spent;
            nanos.merge(work, spent, Long::sum);
        }
        return made;
    }

    /** Runs work of the coordinator. */
    <T> T server(Work work, Supplier<T> task) {
        long begin = cpuNanos();
        T made = task.get();
        nanos.merge(work, cpuNanos() - begin, Long::sum);
        return made;
    }

    /** Counts the frame of {@code message}; a vector inside is counted as vector, not here. */
    void sent(int site, SiteMessage message) {
        if (!measured.contains(site)) {
            return;
        }
        int frame = WireCodec.encodeSite(new Frame<>(1, 1, new SiteBody.Protocol(message))).length;
        up[site] += frame - inlineBytes(message);
    }

    private static int inlineBytes(SiteMessage message) {
        return message instanceof SiteMessage.Upload upload
                        && upload.vector() instanceof VectorBody.Inline inline
                ? inline.bytes().length()
                : 0;
    }

    /** Counts the frame of {@code message}. */
    void received(int site, CoordinatorMessage message) {
        if (!measured.contains(site)) {
            return;
        }
        down[site] +=
                WireCodec.encodeCoordinator(
                                new Frame<>(1, 1, new CoordinatorBody.Protocol(message)))
                        .length;
    }

    double siteSeconds(int site) {
        return siteNanos[site] / NANOS;
    }

    long up(int site) {
        return up[site];
    }

    long down(int site) {
        return down[site];
    }

    double seconds(Work work) {
        return nanos.getOrDefault(work, 0L) / NANOS;
    }

    /** Of one measured site. */
    double secondsPerSite(Work work) {
        return seconds(work) / measured.size();
    }

    double serverSeconds() {
        return seconds(Work.SERVER_CONTROL)
                + seconds(Work.SERVER_FOLD)
                + seconds(Work.SERVER_UNMASK)
                + seconds(Work.SERVER_DECODE);
    }
}
