package io.confide.common.secagg;

import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;

/** What names a round in every layout: job16 ‖ epochId ‖ u64 r. */
public record RoundFields(JobId job, Digest epochId, long round) {
    LayoutWriter writeTo(LayoutWriter writer) {
        return writer.raw(job).raw(epochId).u64(round);
    }

    static RoundFields read(LayoutReader in) {
        return new RoundFields(in.job(), in.digest(), in.u64());
    }
}
