package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
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
 * What this site believes the epoch is, from the messages it received itself. The core protocol
 * accepts every site with a hello and knows no complaints, so nothing in the coordinator's summary is
 * taken on trust.
 *
 * @param digests by accepted site: SHA-256 of S1, S2 and S3, and root4
 */
record EpochAgreement(
        Terms terms, Transcript transcript, SortedMap<Integer, List<Bytes>> digests, Digest t3) {
    private static final long NO_LEDGER = 0;

    static EpochAgreement of(
            Terms terms,
            Transcript transcript,
            SortedMap<Integer, SignedBody> s1,
            SortedMap<Integer, SignedBody> s2,
            SortedMap<Integer, SignedBody> s3,
            SortedMap<Integer, SignedBody> s4) {
        int n = transcript.members().rosterSize();
        var four = new TreeMap<Integer, List<Bytes>>();
        var digests = new ArrayList<Digest>(Collections.nCopies(n, Digest.ZERO));
        for (int site : transcript.members().indices()) {
            Digest first = hash(s1, site);
            Digest second = hash(s2, site);
            Digest third = hash(s3, site);
            Digest root4 = root4(s4, site);
            four.put(site, List.of(first.value(), second.value(), third.value(), root4.value()));
            digests.set(site, SetupLayout.digest(site, first, second, third, root4));
        }
        Digest t3 = SetupLayout.t3(transcript.t1(), digests, transcript.members(), List.of());
        return new EpochAgreement(terms, transcript, four, t3);
    }

    /** K6 of the core: the summary equals what this site saw, nobody complains, enough are accepted. */
    void check(ActiveChecks checks, CoordinatorMessage.Summary message) throws RefusedException {
        Optional<SiteSet> accepted =
                SiteSet.parse(transcript.members().rosterSize(), message.accepted());
        checks.require(Check.K6, accepted.equals(Optional.of(transcript.members())));
        checks.require(Check.K6, message.complaints().isEmpty());
        checks.require(Check.K6, message.digests().equals(withoutAbsent()));
        checks.require(Check.K6, transcript.members().size() >= terms.policy().floor());
    }

    private SortedMap<Integer, List<Bytes>> withoutAbsent() {
        var all = new TreeMap<Integer, List<Bytes>>();
        for (int site = 0; site < transcript.members().rosterSize(); site++) {
            all.put(site, digests.getOrDefault(site, List.of()));
        }
        return all;
    }

    /** K7: q confirmations of distinct accepted sites that say the same as this site's. */
    void checkQuorum(ActiveChecks checks, CoordinatorMessage.EpochCert message)
            throws RefusedException {
        int valid = 0;
        for (Map.Entry<Integer, SignedBody> each : message.confirms().entrySet()) {
            int site = each.getKey();
            if (transcript.members().contains(site)
                    && each.getValue().body().equals(confirmation(site).bytes())
                    && checks.keys().isBySite(site, each.getValue())) {
                valid++;
            }
        }
        checks.require(Check.K7, valid >= terms.policy().q());
    }

    /** The one body with which {@code site} can confirm this epoch; there are no ledgers yet. */
    S5Body confirmation(int site) {
        return new S5Body(transcript.t1(), site, t3, transcript.members(), NO_LEDGER, Digest.ZERO);
    }

    SiteEpoch.EpochFacts facts(int self) {
        var proposal = terms.proposal();
        return new SiteEpoch.EpochFacts(
                SetupLayout.epochId(proposal.job(), proposal.epoch(), t3, transcript.members()),
                proposal.epoch(),
                proposal.firstRound(),
                proposal.rounds(),
                self,
                transcript.members(),
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
