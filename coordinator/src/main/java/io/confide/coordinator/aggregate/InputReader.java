package io.confide.coordinator.aggregate;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.VectorBody;
import io.confide.common.vector.StoredVector;
import io.confide.coordinator.port.InputStaging;

import java.util.Optional;

/** Reads the masked vectors of one round, wherever their bytes are. */
public final class InputReader {
    private final InputStaging staging;
    private final JobId job;
    private final long round;
    private boolean staged;

    public InputReader(InputStaging staging, JobId job, long round) {
        this.staging = staging;
        this.job = job;
        this.round = round;
    }

    /** Returns the vector of {@code site}; empty unless exactly {@code words} words are here. */
    public Optional<StoredVector> read(SiteId site, VectorBody vector, int words) {
        long bytes = words * (long) Long.BYTES;
        return switch (vector) {
            case VectorBody.Inline(var inline) ->
                    inline.length() == bytes
                            ? Optional.of(StoredVector.of(inline))
                            : Optional.empty();
            case VectorBody.Chunked(long size, var _) -> {
                staged = true;
                yield size == bytes ? whole(site, size) : Optional.empty();
            }
        };
    }

    private Optional<StoredVector> whole(SiteId site, long size) {
        try {
            return Optional.of(staging.open(job, round, site, size));
        } catch (ConfideException e) {
            if (e.code() == ErrorCode.PROTOCOL) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Forgets what is staged for the round. */
    public void discard() {
        if (staged) {
            staging.discard(job, round);
        }
    }
}
