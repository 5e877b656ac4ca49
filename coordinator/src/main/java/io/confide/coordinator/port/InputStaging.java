package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.StoredVector;

import java.util.BitSet;

/** Chunks of masked vectors on their way in; one staging area per (job, round, site). Blocking. */
public interface InputStaging {
    /** Chunks are 4 MiB; the last one may be shorter. */
    int CHUNK_BYTES = 4 << 20;

    /**
     * Stores a chunk whose SHA-256 the caller has checked. The first one stays, so that a vector which was opened does not change;
     * storing it again changes nothing.
     */
    void store(JobId job, long round, SiteId site, int chunk, Bytes content);

    /** The chunks that are here. */
    BitSet have(JobId job, long round, SiteId site);

    /**
     * Opens a whole staged vector of {@code size} bytes; it can be read until its round is discarded.
     *
     * @throws io.confide.common.model.ConfideException PROTOCOL if a chunk is missing or has another length
     */
    StoredVector open(JobId job, long round, SiteId site, long size);

    /** Forgets everything staged for {@code round}. */
    void discard(JobId job, long round);
}
