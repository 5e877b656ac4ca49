package io.confide.coordinator.port;

import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;

import java.util.OptionalLong;

/** What the data plane asks before it takes bytes from a site. May block; never called on an event loop. */
public interface OpenRounds {
    /**
     * Returns the size in bytes of the masked vector that {@code site} may upload in {@code round}
     * now; empty if the round takes no upload from it (unknown, not a member, or closed).
     */
    OptionalLong vectorBytes(JobId job, long round, SiteId site);
}
