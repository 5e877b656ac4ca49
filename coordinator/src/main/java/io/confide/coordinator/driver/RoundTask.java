package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.common.secagg.server.ReadyEpoch;

import java.util.SortedSet;

/**
 * One round to be run.
 *
 * @param members sites of the epoch that still have its keys
 * @param connected those of them that are there: U1
 */
record RoundTask(
        long number,
        Task task,
        ReadyEpoch epoch,
        SortedSet<SiteId> members,
        SortedSet<SiteId> connected) {}
