package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.Acceptance.Reason;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The signatures of one statement S_r by the sites of U1 that may sign: all of them, or the committee's members. */
final class Ballot {
    private final ReadyEpoch epoch;
    private final SiteSet voters;
    private final Bytes statement;
    private final SortedMap<Integer, Bytes> signatures = new TreeMap<>();

    Ballot(ReadyEpoch epoch, SiteSet voters, Bytes statement) {
        this.epoch = epoch;
        this.voters = voters;
        this.statement = statement;
    }

    Acceptance accept(int site, Bytes signature) {
        if (!voters.contains(site)) {
            return new Acceptance.Rejected(Reason.UNEXPECTED);
        }
        if (!Optional.of(signature).equals(Optional.ofNullable(signatures.get(site)))) {
            if (!epoch.keys().isBySite(site, statement, signature)) {
                return new Acceptance.Rejected(Reason.BAD_SIGNATURE);
            }
            signatures.put(site, signature);
        }
        return new Acceptance.Accepted();
    }

    SortedMap<Integer, Bytes> signatures() {
        return new TreeMap<>(signatures);
    }

    /** Whether these make a certificate (K19). */
    boolean isEnough() {
        return signatures.size() >= epoch.graph().signers().quorum();
    }
}
