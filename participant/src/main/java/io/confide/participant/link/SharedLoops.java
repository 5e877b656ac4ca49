package io.confide.participant.link;

import io.confide.common.wire.SiteBody;
import io.vertx.core.Vertx;

import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Links of many sites in one process, on a few threads: to measure what they cost a coordinator. A real site has its own. */
public final class SharedLoops implements AutoCloseable {
    private final Vertx vertx;

    /** @param threads how many links share */
    public SharedLoops(int threads) {
        this.vertx = LinkLoop.vertx(threads);
    }

    /** A link that is not open yet, the same as a site's in everything but its thread; it ends with these loops. */
    public VertxLink link(
            Endpoint endpoint,
            Supplier<SiteBody.Greeting> greeting,
            InstantSource clock,
            RandomGenerator jitter) {
        return new VertxLink(
                endpoint,
                endpoint.webSocketOptions(),
                () -> LinkLoop.of(vertx),
                greeting,
                clock,
                jitter);
    }

    @Override
    public void close() {
        LinkLoop.close(vertx);
    }
}
