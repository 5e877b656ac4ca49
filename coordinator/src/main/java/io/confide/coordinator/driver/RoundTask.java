package io.confide.coordinator.driver;

import io.confide.common.model.ModelState;
import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.common.secagg.server.RoundOpening;
import io.confide.coordinator.round.PastSums;

import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/**
 * One round to be run.
 *
 * @param members sites of the epoch that still have its keys
 * @param connected those of them that are there: U1
 * @param past the sums before
 * @param aborted of each round that had the same task before and failed
 */
record RoundTask(
        long number,
        Task task,
        ReadyEpoch epoch,
        SortedSet<SiteId> members,
        SortedSet<SiteId> connected,
        PastSums past,
        List<AbortCert> aborted) {
    RoundTask {
        aborted = List.copyOf(aborted);
    }

    /** What the round is opened with over {@code cohort}. */
    RoundOpening opening(JobParts parts, SortedSet<SiteId> cohort, Instant deadline) {
        var facts = parts.facts();
        var codec = facts.codec(task);
        ModelState model = parts.models().before(task);
        var bytes = model.bytes();
        VectorBody body =
                bytes.length() <= VectorBody.INLINE_BYTES_MAX
                        ? new VectorBody.Inline(bytes)
                        : new VectorBody.Chunked(bytes.length(), model.hash().value());
        return new RoundOpening(
                number,
                facts.indices(cohort),
                facts.config(task),
                codec.bytes(),
                body,
                model.hash(),
                codec.words(),
                deadline,
                parts.models().lastResult(),
                aborted,
                facts.plan().aggregation().audit());
    }
}
