package io.confide.participant.privacy;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.participant.port.PrivacyLedger;

/** The ledger of a site that keeps no privacy budgets: nothing is ever paid for. */
public final class NoBudgets implements PrivacyLedger {
    private static final Verdict REFUSED =
            new Verdict.Refused("this site keeps no privacy budgets, so no job can be paid for");

    @Override
    public Verdict reserve(Terms terms) {
        return REFUSED;
    }

    @Override
    public Verdict commit(JobId job, long round, Digest input) {
        return REFUSED;
    }

    @Override
    public void release(JobId job) {}

    @Override
    public void close() {}
}
