package io.confide.participant.link;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.confide.common.model.ConfideException;
import io.confide.common.wire.CoordinatorBody;
import io.confide.participant.port.CoordinatorLink;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a link tells its site, by kind and in order. */
final class RecordingInbox implements CoordinatorLink.Inbox {
    final BlockingQueue<CoordinatorBody.Welcome> welcomes = new LinkedBlockingQueue<>();
    final BlockingQueue<CoordinatorBody> bodies = new LinkedBlockingQueue<>();
    final BlockingQueue<ConfideException> failures = new LinkedBlockingQueue<>();
    final BlockingQueue<String> losses = new LinkedBlockingQueue<>();
    final BlockingQueue<Outage> outages = new LinkedBlockingQueue<>();

    /** Every address has failed once. */
    record Outage(String why, long nanos) {}

    @Override
    public void welcomed(CoordinatorBody.Welcome welcome) {
        welcomes.add(welcome);
    }

    @Override
    public void received(CoordinatorBody body) {
        bodies.add(body);
    }

    @Override
    public void lost() {
        losses.add("lost");
    }

    @Override
    public void unreachable(String why) {
        outages.add(new Outage(why, System.nanoTime()));
    }

    @Override
    public void failed(ConfideException reason) {
        failures.add(reason);
    }

    /** The next in {@code queue}, waited for with a bound. */
    static <T> T next(BlockingQueue<T> queue) {
        T value = poll(queue, 30);
        assertNotNull(value, "nothing came");
        return value;
    }

    static <T> @Nullable T poll(BlockingQueue<T> queue, long seconds) {
        try {
            return queue.poll(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
