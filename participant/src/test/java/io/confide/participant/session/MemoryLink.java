package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.vector.StoredVector;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.participant.port.CoordinatorLink;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection that a test holds in its hands. */
class MemoryLink implements CoordinatorLink {
    private static final long PATIENCE_SECONDS = 20;

    final Map<Digest, Bytes> models = new ConcurrentHashMap<>();
    final Map<Long, Bytes> uploads = new ConcurrentHashMap<>();
    private final BlockingQueue<SiteBody> sent = new LinkedBlockingQueue<>();
    private volatile Inbox inbox;

    @Override
    public void open(Inbox receiver) {
        inbox = receiver;
    }

    @Override
    public void send(SiteBody body) {
        sent.add(body);
    }

    @Override
    public Bytes fetchModel(Digest hash, long size, long deadlineMillis) {
        if (!models.containsKey(hash)) {
            throw new ConfideException(ErrorCode.UNREACHABLE, "no such model");
        }
        return models.get(hash);
    }

    @Override
    public void uploadInput(JobId job, long round, StoredVector vector, long deadlineMillis) {
        uploads.put(round, vector.whole());
    }

    @Override
    public void close() {}

    Inbox inbox() {
        return inbox;
    }

    void say(CoordinatorBody body) {
        inbox.received(body);
    }

    /** Waits for the next body of {@code type}; progress is skipped. */
    <B extends SiteBody> B next(Class<B> type) {
        var body = next();
        if (!type.isInstance(body)) {
            throw new AssertionError("expected " + type.getSimpleName() + ", not " + body);
        }
        return type.cast(body);
    }

    SiteBody next() {
        try {
            while (true) {
                var body = sent.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertNotNull(body, "the site said nothing");
                if (!(body instanceof SiteBody.Progress)) {
                    return body;
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    boolean saysNothingMore() {
        sent.removeIf(SiteBody.Progress.class::isInstance);
        return sent.isEmpty();
    }
}
