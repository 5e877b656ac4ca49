package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.coordinator.round.PastSums;

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
}
