package io.confide.common.secagg.site;

import io.confide.common.model.SitePolicy.RolledBackLedger;
import io.confide.common.secagg.SecAggPolicy;

import java.time.Duration;

/**
 * The bounds that this site sets itself, whatever the coordinator proposes.
 *
 * @param roundsMax largest B: rounds of one epoch
 * @param deadlineMax how far in the future a round's deadline may be; includes the allowed clock skew
 * @param minimumIncluded smallest number of sites in a sum this site takes part in, from its own
 *     policy; the floor of PROTOCOL.md §1 is never below it
 * @param configBytesMax largest config, and largest codec, of a round
 * @param completeUpTo up to this roster size the site takes part on the complete graph only, which has no statistical
 *     error; at most {@link SecAggPolicy#COMPLETE_SITES_MAX}
 * @param minimumDifference two sums of a job that this site helps to open are over the same sites or differ in at least so
 *     many (K17); 1 = it does not look
 * @param rolledBackLedger what this site does about an epoch in which another's privacy ledger is not where it was (K7)
 */
public record SiteLimits(
        int roundsMax,
        Duration deadlineMax,
        int minimumIncluded,
        int configBytesMax,
        int completeUpTo,
        int minimumDifference,
        RolledBackLedger rolledBackLedger) {
    /** With the complete graph wherever it can be had, and without a look at differences. */
    public SiteLimits(
            int roundsMax, Duration deadlineMax, int minimumIncluded, int configBytesMax) {
        this(
                roundsMax,
                deadlineMax,
                minimumIncluded,
                configBytesMax,
                SecAggPolicy.COMPLETE_SITES_MAX,
                1,
                RolledBackLedger.NOTE);
    }

    public SiteLimits {
        if (completeUpTo < 0 || completeUpTo > SecAggPolicy.COMPLETE_SITES_MAX) {
            throw new IllegalArgumentException(
                    "the complete graph ends at %d sites"
                            .formatted(SecAggPolicy.COMPLETE_SITES_MAX));
        }
        if (roundsMax < 1 || minimumIncluded < 1 || configBytesMax < 1 || minimumDifference < 1) {
            throw new IllegalArgumentException("the limits of a site are positive");
        }
        if (deadlineMax.isNegative() || deadlineMax.isZero()) {
            throw new IllegalArgumentException("the deadline limit of a site is positive");
        }
    }
}
