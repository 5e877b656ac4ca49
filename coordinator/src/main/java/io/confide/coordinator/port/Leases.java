package io.confide.coordinator.port;

import io.confide.common.model.JobId;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Who leads which job: a row in the database with an end and a fencing token that only ever grows. */
public interface Leases {
    /**
     * Takes the lease of {@code job} for {@code holder} until {@code now + length} if it is free, over,
     * or already this holder's; returns a token higher than every one before, or empty if somebody else
     * holds it.
     */
    Optional<FencingToken> take(JobId job, String holder, Instant now, Duration length);

    /** Gives the lease back; does nothing if {@code token} is not the newest. */
    void release(JobId job, FencingToken token);
}
