package io.confide.coordinator.port;

import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;

/** Where what the sites say arrives. Called on event loops: implementations only enqueue. */
public interface SiteInbox {
    /**
     * The site {@code site} (taken from its certificate) has greeted.
     *
     * @param session whether its process is the one known before, or a new one that has left its epochs
     */
    void connected(SiteId site, SiteBody.Greeting greeting, Session session);

    /** The connection is gone; the session is kept for a resume. */
    void lost(SiteId site);

    void received(SiteId site, SiteBody body);

    enum Session {
        NEW,
        RESUMED
    }
}
