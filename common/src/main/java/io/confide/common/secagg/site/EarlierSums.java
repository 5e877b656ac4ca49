package io.confide.common.secagg.site;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.SiteSet;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * K17: two sums of one job that this site signs for or helps to open are over the same sites, or differ in at least m_diff of
 * them. Sites are compared by name: an index means another site under another roster.
 */
final class EarlierSums {
    /** Different sets of sites per job; who sees more of them is asked to help in a search. */
    static final int SUMS_MAX = 1024;

    private final SiteSetting setting;
    private final int least;

    /** @param least m_diff of the epoch; 1 = nothing is looked at or kept */
    EarlierSums(SiteSetting setting, int least) {
        this.setting = setting;
        this.least = least;
    }

    boolean permits(SiteSet included) {
        if (least == 1) {
            return true;
        }
        Set<Set<SiteId>> earlier = records().sums(setting.job());
        Set<SiteId> sites = sites(included);
        boolean isFarFromAll =
                earlier.stream()
                        .mapToInt(other -> difference(sites, other))
                        .allMatch(difference -> difference == 0 || difference >= least);
        return isFarFromAll && (earlier.contains(sites) || earlier.size() < SUMS_MAX);
    }

    /** Makes the sum of {@code round} an earlier one; nothing is written for sites that are known together. */
    void record(long round, SiteSet included) {
        if (least == 1) {
            return;
        }
        Set<SiteId> sites = sites(included);
        if (!records().sums(setting.job()).contains(sites)) {
            records().recordSum(new SiteRecords.SumRecord(setting.job(), round, sites));
        }
    }

    private SiteRecords records() {
        return setting.ports().records();
    }

    private Set<SiteId> sites(SiteSet included) {
        return included.stream()
                .mapToObj(index -> setting.roster().member(index).site())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns |U3 Δ U3'|. */
    private static int difference(Set<SiteId> one, Set<SiteId> other) {
        int common = 0;
        for (SiteId site : one) {
            if (other.contains(site)) {
                common++;
            }
        }
        return one.size() + other.size() - 2 * common;
    }
}
