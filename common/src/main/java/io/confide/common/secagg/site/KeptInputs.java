package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.vector.StoredVector;

import java.time.Instant;
import java.util.Optional;

/**
 * The masked input that a site may have to send again in another process (PROTOCOL.md §3.7): of each job the newest.
 * Nothing rests on it. It may be lost, or come back changed, at any time: what leaves is held against the hash in {@link
 * SiteRecords}. No method throws for a disk that fails.
 */
public interface KeptInputs {
    /** Keeps {@code input} of {@code round} in place of the job's earlier one, {@code until} then at most. */
    void keep(JobId job, long round, Bytes input, Instant until);

    /**
     * Begins to keep an input of {@code length} bytes that comes piece by piece, in place of the job's earlier one. Nothing is kept
     * before it is whole. Empty if there is no place for it but memory.
     */
    default Optional<Growing> begin(JobId job, long round, long length, Instant until) {
        return Optional.empty();
    }

    /** An input on its way in. */
    interface Growing {
        /** The first {@code count} of {@code bytes} come next. */
        void add(byte[] bytes, int count);

        /** All of it has come: kept now, and read from there. Empty if the disk has failed. */
        Optional<StoredVector> whole();
    }

    /** Returns what is kept of {@code round}; empty if that is nothing. Unchecked. */
    Optional<StoredVector> find(JobId job, long round);

    /** Keeps what is kept of {@code round} until then, if that is later. */
    void extend(JobId job, long round, Instant until);

    /** Overwrites the job's input if it is of {@code last} or an earlier round. */
    void forget(JobId job, long last);

    /** Overwrites what was to be kept until before {@code now}. */
    void forgetExpired(Instant now);
}
