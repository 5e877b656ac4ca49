package io.confide.coordinator.port;

import io.confide.common.model.JobId;
import io.confide.coordinator.round.RoundEvent;

import java.util.List;

/** The durable facts of jobs and rounds: the only source of truth; everything else is derived. Blocking. */
public interface RoundLog {
    /** Returns the events of {@code round} in sequence order; empty if unknown. */
    List<RoundEvent> read(JobId job, long round);

    /** Returns everything durable that a driver needs to take {@code job} up where it stands. */
    JobRecord recall(JobId job);

    /**
     * Makes all of {@code entries} durable, or none: one transaction, one forced write. Waits for a store that is away.
     *
     * @throws FencedException if {@code token} is not the newest of the job; nothing is written under it from then on. Only
     *     where the answer to a commit was lost may the entries be durable all the same, and then the next holder has read them
     * @throws io.confide.common.model.ConfideException DISK_FULL if there is no room; nothing is written
     */
    void append(JobId job, FencingToken token, List<LogEntry> entries) throws FencedException;
}
