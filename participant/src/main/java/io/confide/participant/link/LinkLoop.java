package io.confide.participant.link;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The one thread on which a link lives. */
final class LinkLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkLoop.class);
    private static final long CLOSE_SECONDS_MAX = 10;
    // The first handshake loads many classes; on a busy computer that takes more than two seconds.
    private static final int EVENT_LOOP_SECONDS_MAX = 10;

    private final Vertx vertx;
    private final Context context;
    private final boolean own;

    private LinkLoop(Vertx vertx, boolean own) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.own = own;
    }

    /** A loop that no other link uses. */
    static LinkLoop own() {
        return new LinkLoop(oneThread(), true);
    }

    /** The loop of {@code vertx}, which it does not close. */
    static LinkLoop of(Vertx vertx) {
        return new LinkLoop(vertx, false);
    }

    /** With one loop. */
    static Vertx oneThread() {
        return Vertx.vertx(
                new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setInternalBlockingPoolSize(2)
                        .setWorkerPoolSize(1)
                        .setMaxEventLoopExecuteTime(EVENT_LOOP_SECONDS_MAX)
                        .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
                        .setFileSystemOptions(
                                new FileSystemOptions()
                                        .setFileCachingEnabled(false)
                                        .setClassPathResolvingEnabled(false)));
    }

    Vertx vertx() {
        return vertx;
    }

    void run(Runnable work) {
        context.runOnContext(_ -> work.run());
    }

    /** Called on the loop, as {@link #after}. */
    void every(long millis, Runnable work) {
        vertx.setPeriodic(millis, _ -> work.run());
    }

    void after(long millis, Runnable work) {
        vertx.setTimer(millis, _ -> work.run());
    }

    @Override
    public void close() {
        if (!own) {
            return;
        }
        close(vertx);
    }

    static void close(Vertx vertx) {
        try {
            vertx.close().await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            // Whoever stops a site must not wait for a connection that does not end.
            LOG.warn("event=linkNotClosed seconds={}", CLOSE_SECONDS_MAX);
        }
    }
}
