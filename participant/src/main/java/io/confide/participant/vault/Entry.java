package io.confide.participant.vault;

import io.confide.common.model.JobId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.site.RoundOutcome;
import io.confide.common.secagg.site.SiteRecords.EpochRecord;
import io.confide.common.secagg.site.SiteRecords.Evidence;
import io.confide.common.secagg.site.SiteRecords.LedgerRecord;
import io.confide.common.secagg.site.SiteRecords.RoundRecord;
import io.confide.common.secagg.site.SiteRecords.SumRecord;

/** What one record of the site's journal says. */
sealed interface Entry {
    record Epoch(EpochRecord epoch) implements Entry {}

    /** One S2 of a sparse graph. */
    record Seed(JobId job) implements Entry {}

    record Round(RoundRecord round) implements Entry {}

    record Sum(SumRecord sum) implements Entry {}

    record Outcome(JobId job, long round, RoundOutcome outcome) implements Entry {}

    record Model(JobId job, SignedBody result) implements Entry {}

    record Ledgers(LedgerRecord ledgers) implements Entry {}

    record Contradiction(Evidence evidence) implements Entry {}
}
