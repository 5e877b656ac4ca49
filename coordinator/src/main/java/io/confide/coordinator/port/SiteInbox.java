package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;

import java.time.Duration;
import java.util.SortedSet;

/** Where what the sites say arrives. Called on event loops: implementations only enqueue. */
public interface SiteInbox {
    /**
     * The site {@code site} (taken from its certificate) has greeted.
     *
     * @param session whether its process is the one known before, or a new one that has left its epochs
     */
    void connected(SiteId site, SiteBody.Greeting greeting, Session session);

    /**
     * The jobs that go on with the process {@code bootId} of {@code site} although this coordinator restarted and has no session
     * with it: it still holds their keys. None for a process that is not the one those jobs know. And those that another
     * coordinator has taken over from this one, which are not over either.
     */
    SortedSet<JobId> goesOn(SiteId site, Bytes bootId);

    /** {@code site} was turned away because its clock is so far {@code ahead}, or behind if that is negative. */
    void turnedAway(SiteId site, Duration ahead);

    /** The connection is gone; the session is kept for a resume. */
    void lost(SiteId site);

    void received(SiteId site, SiteBody body);

    enum Session {
        NEW,
        RESUMED
    }
}
