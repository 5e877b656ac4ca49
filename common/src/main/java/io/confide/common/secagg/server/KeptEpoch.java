package io.confide.common.secagg.server;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Removal;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a coordinator keeps of a certified epoch to go on with its rounds after a restart (PROTOCOL.md §3.8). No secret is
 * in it: hashes, blobs that only t sites can open, and signed statements.
 *
 * @param graphSeed of a sparse graph; {@link Digest#ZERO} for the complete one
 * @param members the sites with an S1
 * @param deals S4 of every member without the parts, which only their receivers need
 * @param confirms at least q signed S5: the EpochCert
 */
public record KeptEpoch(
        int epoch,
        long firstRound,
        int rounds,
        Digest epochId,
        Digest t1,
        Digest graphSeed,
        SiteSet members,
        Removal removal,
        SortedMap<Integer, SiteMessage.Deal> deals,
        SortedMap<Integer, SignedBody> confirms) {
    public KeptEpoch {
        var kept = new TreeMap<Integer, SiteMessage.Deal>();
        deals.forEach((site, deal) -> kept.put(site, withoutParts(deal)));
        deals = Collections.unmodifiableSortedMap(kept);
        confirms = Collections.unmodifiableSortedMap(new TreeMap<>(confirms));
    }

    /** The certificate, the same bytes as when it was first sent. */
    public CoordinatorMessage.EpochCert certificate(JobId job) {
        return new CoordinatorMessage.EpochCert(job, confirms);
    }

    private static SiteMessage.Deal withoutParts(SiteMessage.Deal deal) {
        return deal.parts().isEmpty()
                ? deal
                : new SiteMessage.Deal(
                        deal.job(),
                        deal.s4(),
                        Collections.emptySortedMap(),
                        deal.secrets(),
                        deal.pairSeedHashes(),
                        deal.pairLeaves(),
                        deal.complaints());
    }
}
