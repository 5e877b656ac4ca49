package io.confide.common.secagg.site;

import java.time.Duration;

/**
 * The bounds that this site sets itself, whatever the coordinator proposes.
 *
 * @param roundsMax largest B: rounds of one epoch
 * @param deadlineMax how far in the future a round's deadline may be; includes the allowed clock skew
 * @param minimumIncluded smallest number of sites in a sum this site takes part in, from its own
 *     policy; the floor of PROTOCOL.md §1 is never below it
 * @param configBytesMax largest config, and largest codec, of a round
 */
public record SiteLimits(
        int roundsMax, Duration deadlineMax, int minimumIncluded, int configBytesMax) {
    public SiteLimits {
        if (roundsMax < 1 || minimumIncluded < 1 || configBytesMax < 1) {
            throw new IllegalArgumentException("the limits of a site are positive");
        }
        if (deadlineMax.isNegative() || deadlineMax.isZero()) {
            throw new IllegalArgumentException("the deadline limit of a site is positive");
        }
    }
}
