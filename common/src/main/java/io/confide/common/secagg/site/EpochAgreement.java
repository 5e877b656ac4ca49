package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.S5Body;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What this site believes the epoch is, from the messages it received itself. Every site with a hello
 * is accepted and there are no complaints. On the complete graph nothing in the coordinator's summary
 * is taken on trust; on a sparse one S3 and S4 of those who are not neighbours are, and T3 is confirmed
 * by q sites only if all were told the same.
 */
record EpochAgreement(Terms terms, Seen seen, Digest t3) {
    private static final long NO_LEDGER = 0;
    private static final int DIGESTS = 4;

    /** S1 and S2 of every member, S3 and S4 of the neighbours and of this site, all verified. */
    record Seen(
            Transcript transcript,
            SiteSet around,
            SortedMap<Integer, SignedBody> s1,
            SortedMap<Integer, SignedBody> s2,
            SortedMap<Integer, SignedBody> s3,
            SortedMap<Integer, SignedBody> s4) {}

    /**
     * K6: the summary equals what this site saw, nobody complains, enough are accepted. Returns the agreement that this site
     * confirms.
     */
    static EpochAgreement check(
            ActiveChecks checks, Terms terms, Seen seen, CoordinatorMessage.Summary message)
            throws RefusedException {
        SiteSet members = seen.transcript.members();
        int n = members.rosterSize();
        checks.require(Check.K6, SiteSet.parse(n, message.accepted()).equals(Optional.of(members)));
        checks.require(Check.K6, message.complaints().isEmpty());
        checks.require(Check.K6, members.size() >= terms.policy().floor());
        var expected = new TreeMap<Integer, List<Bytes>>();
        var digests = new ArrayList<Digest>(Collections.nCopies(n, Digest.ZERO));
        for (int site = 0; site < n; site++) {
            expected.put(site, List.of());
        }
        for (int site : members.indices()) {
            List<Bytes> four = four(checks, seen, site, message.digests());
            expected.put(site, four);
            var hashes = four.stream().map(Digest::new).toList();
            digests.set(
                    site,
                    SetupLayout.digest(
                            site, hashes.get(0), hashes.get(1), hashes.get(2), hashes.get(3)));
        }
        checks.require(Check.K6, message.digests().equals(expected));
        return new EpochAgreement(
                terms, seen, SetupLayout.t3(seen.transcript.t1(), digests, members, List.of()));
    }

    /** SHA-256 of S1, S2 and S3, and root4; the last two of a site that is no neighbour are the summary's. */
    private static List<Bytes> four(
            ActiveChecks checks, Seen seen, int site, SortedMap<Integer, List<Bytes>> told)
            throws RefusedException {
        Bytes first = hash(seen.s1, site).value();
        Bytes second = hash(seen.s2, site).value();
        if (seen.around.contains(site)) {
            return List.of(
                    first, second, hash(seen.s3, site).value(), root4(seen.s4, site).value());
        }
        List<Bytes> theirs = told.getOrDefault(site, List.of());
        boolean whole =
                theirs.size() == DIGESTS
                        && theirs.stream().allMatch(each -> each.length() == Digest.BYTES);
        checks.requireAlways(Check.K6, whole);
        return List.of(first, second, theirs.get(2), theirs.get(3));
    }

    /** K7: q confirmations of distinct accepted sites that say the same as this site's. */
    void checkQuorum(ActiveChecks checks, CoordinatorMessage.EpochCert message)
            throws RefusedException {
        int valid = 0;
        for (Map.Entry<Integer, SignedBody> each : message.confirms().entrySet()) {
            int site = each.getKey();
            if (valid < terms.policy().q()
                    && members().contains(site)
                    && each.getValue().body().equals(confirmation(site).bytes())
                    && checks.keys().isBySite(site, each.getValue())) {
                valid++;
            }
        }
        checks.require(Check.K7, valid >= terms.policy().q());
    }

    /** The one body with which {@code site} can confirm this epoch; there are no ledgers yet. */
    S5Body confirmation(int site) {
        return new S5Body(seen.transcript.t1(), site, t3, members(), NO_LEDGER, Digest.ZERO);
    }

    private SiteSet members() {
        return seen.transcript.members();
    }

    SiteEpoch.EpochFacts facts(int self, NeighbourGraph graph) {
        var proposal = terms.proposal();
        return new SiteEpoch.EpochFacts(
                SetupLayout.epochId(proposal.job(), proposal.epoch(), t3, members()),
                proposal.epoch(),
                proposal.firstRound(),
                proposal.rounds(),
                self,
                members(),
                graph,
                terms.policy());
    }

    private static Digest hash(SortedMap<Integer, SignedBody> messages, int site) {
        return Optional.ofNullable(messages.get(site))
                .map(signed -> Digest.of(signed.body()))
                .orElse(Digest.ZERO);
    }

    private static Digest root4(SortedMap<Integer, SignedBody> messages, int site) {
        return Optional.ofNullable(messages.get(site))
                .flatMap(signed -> S4Body.parse(signed.body()))
                .map(S4Body::root4)
                .orElse(Digest.ZERO);
    }
}
