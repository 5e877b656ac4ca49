package io.confide.coordinator.cluster;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.round.RoundEvent;

import java.util.List;

/** A journal that waits for enough members as it does for a database that is away: jobs stand still meanwhile. */
final class QuorateLog implements RoundLog {
    private final RoundLog log;
    private final Quorum quorum;

    QuorateLog(RoundLog log, Quorum quorum) {
        this.log = log;
        this.quorum = quorum;
    }

    @Override
    public List<RoundEvent> read(JobId job, long round) {
        return log.read(job, round);
    }

    @Override
    public JobRecord recall(JobId job) {
        return log.recall(job);
    }

    @Override
    public void append(JobId job, FencingToken token, List<LogEntry> entries)
            throws FencedException {
        try {
            quorum.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfideException(ErrorCode.UNREACHABLE, quorum.words() + ".", e);
        }
        log.append(job, token, entries);
    }
}
