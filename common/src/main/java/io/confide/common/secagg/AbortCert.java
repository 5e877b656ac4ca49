package io.confide.common.secagg;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The signed {@link AbortBody} of many sites about one round (PROTOCOL.md §3.4, K27). With q of them the round can never
 * be opened: on the complete graph fewer than t = q sites are left that may reveal.
 *
 * @param aborts by roster index
 */
public record AbortCert(SortedMap<Integer, SignedBody> aborts) {
    public AbortCert {
        aborts = Collections.unmodifiableSortedMap(new TreeMap<>(aborts));
    }

    /** Whether {@code quorum} distinct sites of {@code accepted} signed that they answer nothing more in {@code round}. */
    public boolean proves(RoundFields round, SiteSet accepted, int quorum, RosterKeys keys) {
        int valid = 0;
        for (int site : accepted.indices()) {
            SignedBody abort = aborts.get(site);
            if (valid < quorum
                    && abort != null
                    && abort.body().equals(new AbortBody(round, site).bytes())
                    && keys.isBySite(site, abort)) {
                valid++;
            }
        }
        return valid >= quorum;
    }
}
