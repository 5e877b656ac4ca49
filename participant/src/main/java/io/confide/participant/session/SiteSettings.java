package io.confide.participant.session;

import io.confide.common.governance.Target;
import io.confide.common.model.JobId;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.site.SiteLimits;
import io.confide.common.secagg.site.SiteSetting;

import java.time.Duration;

/** What this site's side of the protocol is told of one job: who it is, and what it may agree to. */
final class SiteSettings {
    private static final int EPOCH_ROUNDS_MAX = 4096;
    private static final int CONFIG_BYTES_MAX = 64 << 10;
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    private SiteSettings() {}

    /**
     * @param over the sites among whose inputs this one's are summed
     * @param work the plan, with the number of these sites
     */
    static SiteSetting of(
            JobId job,
            Roster over,
            Target.Work work,
            Surroundings surroundings,
            PlanCodecs codecs,
            PlanRules rules) {
        var gate = surroundings.gate();
        int roundSeconds = work.plan().aggregation().roundSeconds();
        var limits =
                new SiteLimits(
                        EPOCH_ROUNDS_MAX,
                        Duration.ofSeconds(roundSeconds).plus(CLOCK_SKEW),
                        gate.minimumIncluded(work),
                        CONFIG_BYTES_MAX,
                        SecAggPolicy.COMPLETE_SITES_MAX,
                        gate.minimumDifference(work),
                        gate.rolledBackLedger(work));
        var who = surroundings.who();
        return new SiteSetting(
                job,
                over.indexOf(who.site()).orElseThrow(),
                who.key(),
                over,
                codecs.hash(),
                codecs.manifest().hash(),
                work.plan().aggregation().audit(),
                limits,
                new SiteSetting.Ports(
                        surroundings.storage().records(),
                        surroundings.storage().inputs(),
                        rules,
                        surroundings.storage().ledger()::head,
                        who.random(),
                        who.clock()));
    }
}
