package io.confide.coordinator.port;

import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.model.JobId;
import io.confide.coordinator.job.JobQueue;

import java.time.Instant;

/** Who has a place among the jobs that run, and who waits for one. Blocking. */
public interface Places {
    /** The most that may wait. */
    int WAITING_MAX = 1000;

    /** All jobs that have not ended, as they are now. */
    JobQueue queue(JobLimits limits, Instant now);

    /**
     * Gives {@code job} a place if it is the next of the queue; returns whether it did. The job then waits for approval and
     * nobody leads it yet. All processes over one database decide one after the other, so that no limit is exceeded and no job
     * begins twice. Throws ConfideException(UNREACHABLE) if nobody knows whether it did.
     */
    boolean begin(JobId job, JobLimits limits, Instant now);
}
