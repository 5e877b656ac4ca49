package io.confide.participant.privacy;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.LedgerHead;
import io.confide.participant.port.PrivacyLedger;

/** A ledger for the two threads of a session: one reserves, releases and tells the head, the other commits. */
public final class SharedLedger implements PrivacyLedger {
    private final PrivacyLedger ledger;

    public SharedLedger(PrivacyLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public synchronized Verdict reserve(Terms terms) {
        return ledger.reserve(terms);
    }

    @Override
    public synchronized Verdict commit(JobId job, long round, Digest input) {
        return ledger.commit(job, round, input);
    }

    @Override
    public synchronized void release(JobId job) {
        ledger.release(job);
    }

    @Override
    public synchronized LedgerHead head() {
        return ledger.head();
    }

    @Override
    public synchronized void close() {
        ledger.close();
    }
}
