package io.confide.common.secagg.server;

import io.confide.common.model.JobId;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SecAggPolicy;

/**
 * What a set-up is for.
 *
 * @param epoch higher than every epoch tried before in this job
 * @param firstRound r0, higher than every round opened before in this job
 * @param rounds B
 */
public record EpochTerms(
        JobId job, int epoch, long firstRound, int rounds, Roster roster, SecAggPolicy policy) {
    public EpochTerms {
        if (epoch < 1 || firstRound < 1 || rounds < 1) {
            throw new IllegalArgumentException("epochs and rounds count from 1");
        }
        if (policy.n() != roster.size()) {
            throw new IllegalArgumentException("the policy is for another roster");
        }
    }
}
