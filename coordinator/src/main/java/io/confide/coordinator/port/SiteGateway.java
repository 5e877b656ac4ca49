package io.confide.coordinator.port;

import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;

import java.util.Set;

/** The way to the sites. Sending never blocks; a body for a site that is away waits in its session. */
public interface SiteGateway {
    /** Queues {@code body}; dropped without a trace if the site has no session. */
    void send(SiteId site, CoordinatorBody body);

    /** The sites with an open connection now. */
    Set<SiteId> connected();
}
