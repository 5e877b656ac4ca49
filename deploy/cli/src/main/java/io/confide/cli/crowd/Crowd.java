package io.confide.cli.crowd;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.participant.link.Endpoint;
import io.confide.participant.link.SharedLoops;
import io.confide.participant.link.VertxLink;
import io.confide.participant.port.CoordinatorLink;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The sites' ends of many connections: a participant's own link each, with nothing behind it. */
final class Crowd implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int BOOT_ID_BYTES = 16;
    private static final String SOFTWARE = "confide-bench";
    private static final Capacity CAPACITY = new Capacity(2, 4096, Optional.empty());

    private final SharedLoops loops = new SharedLoops(THREADS);
    private final SecureRandom random = new SecureRandom();
    private final List<VertxLink> links = new ArrayList<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicReference<Optional<ConfideException>> broken =
            new AtomicReference<>(Optional.empty());

    /** Connects one more site. */
    void add(Endpoint endpoint) {
        byte[] boot = new byte[BOOT_ID_BYTES];
        random.nextBytes(boot);
        var bootId = Bytes.wrap(boot);
        var clock = InstantSource.system();
        var link =
                loops.link(
                        endpoint,
                        () ->
                                new SiteBody.Greeting(
                                        bootId, clock.instant(), SOFTWARE, List.of(), CAPACITY),
                        clock,
                        random);
        links.add(link);
        link.open(new Counted());
    }

    /** How many sites have been welcomed and not lost since. */
    int connected() {
        return connected.get();
    }

    /** How many attempts to connect have failed since the beginning. */
    long failures() {
        return failures.get();
    }

    /**
     * Returns how many there are.
     *
     * @throws ConfideException of the first link that has given up for good
     */
    int size() {
        broken.get()
                .ifPresent(
                        reason -> {
                            throw reason;
                        });
        return links.size();
    }

    @Override
    public void close() {
        loops.close();
    }

    private final class Counted implements CoordinatorLink.Inbox {
        private boolean here;

        @Override
        public void welcomed(CoordinatorBody.Welcome welcome) {
            here = true;
            connected.incrementAndGet();
        }

        @Override
        public void received(CoordinatorBody body) {
            // Without a job there is nothing to answer.
        }

        @Override
        public void lost() {
            if (here) {
                here = false;
                connected.decrementAndGet();
            }
        }

        @Override
        public void unreachable(String why) {
            failures.incrementAndGet();
        }

        @Override
        public void failed(ConfideException reason) {
            broken.compareAndSet(Optional.empty(), Optional.of(reason));
        }
    }
}
