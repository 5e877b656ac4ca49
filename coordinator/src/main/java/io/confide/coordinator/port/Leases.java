package io.confide.coordinator.port;

import io.confide.common.model.JobId;

import java.time.Duration;
import java.util.Optional;

/**
 * Who leads which job: a row in the database with an end and a fencing token that only ever grows. Now is when the database says
 * it is, so that members whose clocks differ agree on when a lease is over.
 */
public interface Leases {
    /**
     * Takes the lease of {@code job} for {@code holder} for {@code length} from now if it is free, over,
     * or already this holder's; returns a token higher than every one before, or empty if somebody else
     * holds it.
     */
    Optional<FencingToken> take(JobId job, String holder, Duration length);

    /** As {@link #take}, but not what this holder still holds: for whoever looks for jobs that nobody leads. */
    Optional<FencingToken> takeFree(JobId job, String holder, Duration length);

    /**
     * Keeps the lease for {@code length} from now; returns whether {@code token} is still the newest. A lease that is over is
     * kept as well, if nobody has taken it meanwhile.
     */
    boolean keep(JobId job, FencingToken token, Duration length);

    /** Ends every lease of {@code holder}, which is known to be gone. If it is not, the next taker makes it powerless. */
    void vacate(String holder);

    /** Gives the lease back; does nothing if {@code token} is not the newest. */
    void release(JobId job, FencingToken token);
}
