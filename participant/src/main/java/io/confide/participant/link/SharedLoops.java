package io.confide.participant.link;

import io.confide.common.wire.SiteBody;
import io.vertx.core.Vertx;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Links of many sites in one process, on a few threads: to measure what they cost a coordinator. A real site has its own. */
public final class SharedLoops implements AutoCloseable {
    /** One for each thread: Vert.x itself would give all links that one thread makes the same loop. */
    private final List<Vertx> threads;

    private int links;

    /** @param threads how many the links share */
    public SharedLoops(int threads) {
        this.threads = Stream.generate(LinkLoop::oneThread).limit(threads).toList();
    }

    /** A link that is not open yet, the same as a site's in everything but its thread; it ends with these loops. */
    public VertxLink link(
            Endpoint endpoint,
            Supplier<SiteBody.Greeting> greeting,
            InstantSource clock,
            RandomGenerator jitter) {
        var thread = threads.get(links++ % threads.size());
        return new VertxLink(
                endpoint,
                endpoint.webSocketOptions(),
                () -> LinkLoop.of(thread),
                greeting,
                clock,
                jitter);
    }

    @Override
    public void close() {
        threads.forEach(LinkLoop::close);
    }
}
