package io.confide.participant.ledger;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy;
import io.confide.participant.port.PrivacyLedger.Terms;

import java.time.Instant;

/** One fact in the ledger; none is ever taken back. */
public sealed interface LedgerEntry {
    /** When it was written, by this site's clock; no decision rests on it. */
    Instant time();

    /**
     * The steward's policy gives {@code account} this budget from now on.
     *
     * @param account as in {@link Account#key}
     * @param order of the filter; it stays once something was charged
     */
    record BudgetSet(Instant time, String account, SitePolicy.Budget budget, double order)
            implements LedgerEntry {}

    /** The steward's policy no longer names {@code account}. */
    record BudgetWithdrawn(Instant time, String account) implements LedgerEntry {}

    /** Set aside for a job. */
    record Reserved(Instant time, Terms terms) implements LedgerEntry {}

    /** One release was paid; its bytes may have left. */
    record Committed(Instant time, JobId job, long round, Digest input) implements LedgerEntry {}

    /** What the job never committed is free again. */
    record Released(Instant time, JobId job) implements LedgerEntry {}
}
