package io.confide.coordinator.port;

import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.round.Summing;

import java.util.Optional;

/** What the data plane asks before it takes bytes from a site. May block; never called on an event loop. */
public interface OpenRounds {
    /**
     * Returns what {@code site} may upload in {@code round} now; empty if the round takes no upload from it (unknown, not a
     * member, or closed).
     */
    Optional<Expected> vectorBytes(JobId job, long round, SiteId site);

    /**
     * A masked vector that is taken.
     *
     * @param summing where it is added up, and so where its chunks go
     */
    record Expected(long vectorBytes, Summing summing) {}
}
