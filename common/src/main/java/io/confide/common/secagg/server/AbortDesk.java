package io.confide.common.secagg.server;

import io.confide.common.secagg.AbortBody;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.Acceptance.Reason;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The coordinator after a failed round (PROTOCOL.md §3.3, step 6f): collects the promises of sites to answer nothing more
 * in it. With q of them its inputs may be asked for again in another round.
 */
public final class AbortDesk {
    private final ReadyEpoch epoch;
    private final RoundFields round;
    private final CoordinatorMessage.Result failed;
    private final SortedMap<Integer, SignedBody> aborts = new TreeMap<>();

    /** @param failed the signed Result of {@code round}, not DONE */
    public AbortDesk(ReadyEpoch epoch, long round, CoordinatorMessage.Result failed) {
        this.epoch = epoch;
        this.round = new RoundFields(epoch.terms().job(), epoch.epochId(), round);
        this.failed = failed;
    }

    /** What every site is asked with that signs in this epoch; the same bytes each time. */
    public CoordinatorMessage.Result failed() {
        return failed;
    }

    /** Keeps the promise of one of those sites. */
    public Acceptance accept(int site, SiteMessage.Abort message) {
        SignedBody signed = message.body();
        Optional<AbortBody> body = AbortBody.parse(signed.body());
        if (!signers().sites().contains(site)) {
            return new Acceptance.Rejected(Reason.UNEXPECTED);
        }
        if (body.isEmpty()) {
            return new Acceptance.Rejected(Reason.MALFORMED);
        }
        if (!body.get().equals(new AbortBody(round, site))) {
            return new Acceptance.Rejected(Reason.OTHER_CONTEXT);
        }
        if (!epoch.keys().isBySite(site, signed)) {
            return new Acceptance.Rejected(Reason.BAD_SIGNATURE);
        }
        aborts.put(site, signed);
        return new Acceptance.Accepted();
    }

    /** All accepted sites, or the committee: without their quorum there is no certificate. */
    private NeighbourGraph.Signers signers() {
        return epoch.graph().signers();
    }

    /** The sites that have not promised. */
    public SiteSet missing() {
        return SiteSet.of(
                epoch.accepted().rosterSize(),
                signers().sites().stream()
                        .filter(site -> !aborts.containsKey(site))
                        .boxed()
                        .toList());
    }

    /** The proof that the round stays closed, once q sites promised, or the quorum of the committee. */
    public Optional<AbortCert> certificate() {
        return aborts.size() >= signers().quorum()
                ? Optional.of(new AbortCert(aborts))
                : Optional.empty();
    }
}
