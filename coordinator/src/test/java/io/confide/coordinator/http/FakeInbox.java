package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.SiteInbox;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Everything the sites said, in order. */
final class FakeInbox implements SiteInbox {
    private final LinkedBlockingQueue<Said> said = new LinkedBlockingQueue<>();
    private final Map<Bytes, SortedSet<JobId>> goesOn = new ConcurrentHashMap<>();

    sealed interface Said {
        SiteId site();

        record Connected(SiteId site, Session session) implements Said {}

        record Lost(SiteId site) implements Said {}

        record TurnedAway(SiteId site, long aheadSeconds) implements Said {}

        record Received(SiteId site, SiteBody body) implements Said {}
    }

    Said next() throws InterruptedException {
        var next = said.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing arrived within 10 s");
        }
        return next;
    }

    boolean isEmpty() {
        return said.isEmpty();
    }

    @Override
    public void connected(SiteId site, SiteBody.Greeting greeting, Session session) {
        said.add(new Said.Connected(site, session));
    }

    @Override
    public SortedSet<JobId> goesOn(SiteId site, Bytes bootId) {
        return goesOn.getOrDefault(bootId, Collections.emptySortedSet());
    }

    /** Jobs go on with the process {@code bootId}. */
    void goesOn(Bytes bootId, SortedSet<JobId> jobs) {
        goesOn.put(bootId, jobs);
    }

    @Override
    public void turnedAway(SiteId site, Duration ahead) {
        said.add(new Said.TurnedAway(site, ahead.toSeconds()));
    }

    @Override
    public void lost(SiteId site) {
        said.add(new Said.Lost(site));
    }

    @Override
    public void received(SiteId site, SiteBody body) {
        said.add(new Said.Received(site, body));
    }
}
