package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.Removal;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.S5Body;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.site.SharedFindings.Step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What this site believes the epoch is, from the messages it received itself. Every site with a hello is accepted, unless
 * complaints exclude it. On the complete graph nothing in the coordinator's summary is taken on trust; on a sparse one S3
 * and S4 of those who are not neighbours are, and T3 is confirmed by q sites only if all were told the same.
 *
 * @param removal what the signed complaints of the summary remove
 */
record EpochAgreement(Terms terms, Seen seen, Removal removal, Digest t3) {
    private static final int DIGESTS = 4;

    /**
     * S1 and S2 of every member, S3 and S4 of the neighbours and of this site, all verified.
     *
     * @param held the dealers whose shares this site has and whose keys are sound
     */
    record Seen(
            Transcript transcript,
            NeighbourGraph graph,
            SiteSet held,
            SortedMap<Integer, SignedBody> s2,
            SortedMap<Integer, SignedBody> s3,
            SortedMap<Integer, SignedBody> s4) {
        SiteSet members() {
            return transcript.members();
        }
    }

    /**
     * K6: the summary equals what this site saw, exactly the pairs of its signed complaints are removed, enough are accepted,
     * and outside its removed pairs this site has the shares of everybody. Returns the agreement that this site confirms.
     */
    static EpochAgreement check(
            int self,
            ActiveChecks checks,
            Terms terms,
            Seen seen,
            CoordinatorMessage.Summary message)
            throws RefusedException {
        Told told =
                checks.findings()
                        .about(
                                Step.SUMMARY,
                                List.of(message, seen.transcript, seen.s2, terms),
                                Told.class,
                                () -> told(checks, terms, seen, message));
        checks.require(Check.K6, told.removal.accepted().contains(self));
        SiteSet near = seen.graph.without(told.removal).neighbours(self);
        SiteSet dealers = near.intersect(told.removal.accepted());
        checks.requireAlways(Check.K6, seen.held.containsAll(dealers));
        SiteSet around = seen.graph.around(self);
        for (int site : around.intersect(told.removal.accepted()).indices()) {
            List<Bytes> four = message.digests().getOrDefault(site, List.of());
            boolean same =
                    four.get(2).equals(hash(seen.s3, site).value())
                            && four.get(3).equals(root4(seen.s4, site).value());
            checks.require(Check.K6, same);
        }
        return new EpochAgreement(terms, seen, told.removal, told.t3);
    }

    /** What a summary says to every site alike. */
    private record Told(Removal removal, Digest t3) {}

    /** Everything of K6 that does not depend on who is told: S1 and S2 of the accepted sites, complaints, T3. */
    private static Told told(
            ActiveChecks checks, Terms terms, Seen seen, CoordinatorMessage.Summary message)
            throws RefusedException {
        int n = seen.members().rosterSize();
        SiteSet told = checks.requirePresent(Check.K6, SiteSet.parse(n, message.accepted()));
        var computed =
                Removal.of(
                        terms.policy().colluders(),
                        seen.members(),
                        complaints(checks, seen, message.complaints()));
        checks.require(Check.K6, told.equals(computed.accepted()));
        var removal = new Removal(computed.pairs(), told);
        checks.require(Check.K6, told.size() >= terms.policy().floor());
        checks.require(Check.K6, message.digests().size() == n);
        var digests = new ArrayList<Digest>(Collections.nCopies(n, Digest.ZERO));
        for (int site = 0; site < n; site++) {
            Optional<List<Bytes>> of = Optional.ofNullable(message.digests().get(site));
            if (told.contains(site)) {
                List<Bytes> four = checks.requirePresent(Check.K6, of);
                checks.requireAlways(Check.K6, isFour(four));
                boolean same =
                        four.get(0).equals(hash(seen.transcript.hellos(), site).value())
                                && four.get(1).equals(hash(seen.s2, site).value());
                checks.require(Check.K6, same);
                digests.set(site, digest(site, four));
            } else {
                checks.require(Check.K6, of.equals(Optional.of(List.<Bytes>of())));
            }
        }
        return new Told(
                removal, SetupLayout.t3(seen.transcript.t1(), digests, told, removal.pairs()));
    }

    private static Digest digest(int site, List<Bytes> four) {
        var hashes = four.stream().map(Digest::new).toList();
        return SetupLayout.digest(site, hashes.get(0), hashes.get(1), hashes.get(2), hashes.get(3));
    }

    private static boolean isFour(List<Bytes> digests) {
        return digests.size() == DIGESTS
                && digests.stream().allMatch(each -> each.length() == Digest.BYTES);
    }

    /** Every one signed by its accuser, over the own T1, between neighbours. */
    private static List<ComplaintBody> complaints(
            ActiveChecks checks, Seen seen, List<SignedBody> signed) throws RefusedException {
        var complaints = new ArrayList<ComplaintBody>();
        for (SignedBody each : signed) {
            ComplaintBody body = checks.requirePresent(Check.K25, ComplaintBody.parse(each.body()));
            checks.requireAlways(Check.K6, seen.members().contains(body.accuser()));
            checks.requireAlways(
                    Check.K6, seen.graph.neighbours(body.accuser()).contains(body.accused()));
            checks.require(Check.K6, body.t1().equals(seen.transcript.t1()));
            checks.require(Check.K6, checks.keys().isBySite(body.accuser(), each));
            complaints.add(body);
        }
        return complaints;
    }

    /**
     * K7: q confirmations of distinct accepted sites that say the same as this site's. Returns those that were verified, by
     * site: all that are there on the complete graph, q on a sparse one.
     */
    SortedMap<Integer, SignedBody> checkQuorum(
            ActiveChecks checks, CoordinatorMessage.EpochCert message) throws RefusedException {
        return checks.findings()
                .about(
                        Step.QUORUM,
                        List.of(message, seen.transcript, t3, accepted(), terms),
                        Quorum.class,
                        () -> quorum(checks, message))
                .valid();
    }

    /** Enough confirmed. */
    private record Quorum(SortedMap<Integer, SignedBody> valid) {}

    private Quorum quorum(ActiveChecks checks, CoordinatorMessage.EpochCert message)
            throws RefusedException {
        int wanted = terms.policy().k() == 0 ? accepted().size() : terms.policy().q();
        var valid = new TreeMap<Integer, SignedBody>();
        for (Map.Entry<Integer, SignedBody> each : message.confirms().entrySet()) {
            int site = each.getKey();
            if (valid.size() < wanted
                    && accepted().contains(site)
                    && confirmation(site, LedgerHead.START).isSaidBy(each.getValue().body())
                    && checks.keys().isBySite(site, each.getValue())) {
                valid.put(site, each.getValue());
            }
        }
        checks.require(Check.K7, valid.size() >= terms.policy().q());
        return new Quorum(valid);
    }

    /** The body with which {@code site} confirms this epoch while its ledger is at {@code ledger}. */
    S5Body confirmation(int site, LedgerHead ledger) {
        return new S5Body(seen.transcript.t1(), site, t3, accepted(), ledger);
    }

    private SiteSet accepted() {
        return removal.accepted();
    }

    SiteEpoch.EpochFacts facts(int self, NeighbourGraph graph) {
        var proposal = terms.proposal();
        return new SiteEpoch.EpochFacts(
                SetupLayout.epochId(proposal.job(), proposal.epoch(), t3, accepted()),
                proposal.epoch(),
                proposal.firstRound(),
                proposal.rounds(),
                self,
                accepted(),
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
