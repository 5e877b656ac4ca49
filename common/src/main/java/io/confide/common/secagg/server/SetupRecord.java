package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.Removal;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.S0Body;
import io.confide.common.secagg.S1Body;
import io.confide.common.secagg.S2Body;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.S5Body;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The verified messages of one attempt by site, and the messages to the sites that follow from them. */
final class SetupRecord {
    final SortedMap<Integer, SiteMessage.Hello> hellos = new TreeMap<>();
    final SortedMap<Integer, SiteMessage.Seed> seeds = new TreeMap<>();
    final SortedMap<Integer, SiteMessage.Kem> kems = new TreeMap<>();
    final SortedMap<Integer, SiteMessage.Deal> deals = new TreeMap<>();
    final SortedMap<Integer, SiteMessage.Complaints> complaints = new TreeMap<>();
    final SortedMap<Integer, SiteMessage.Confirm> confirms = new TreeMap<>();

    private final EpochTerms terms;
    private final S0Body proposal;
    private final RosterKeys keys;
    private final ComplaintFile file = new ComplaintFile();
    private SiteSet members;
    private Optional<NeighbourGraph> graph = Optional.empty();
    private Digest graphSeed = Digest.ZERO;
    private Digest t1 = Digest.ZERO;
    private Digest t3 = Digest.ZERO;
    private final SortedMap<Integer, List<Bytes>> digests = new TreeMap<>();

    SetupRecord(EpochTerms terms, RosterKeys keys, S0Body proposal) {
        this.terms = terms;
        this.proposal = proposal;
        this.keys = keys;
        this.members = SiteSet.of(terms.roster().size(), List.of());
    }

    /** Fixes who is in the attempt, and T1. */
    void closeHellos(SiteSet present) {
        members = present;
        var bodies = new TreeMap<Integer, Bytes>();
        hellos.forEach((site, hello) -> bodies.put(site, hello.s1().body()));
        t1 = SetupLayout.t1(proposal.policyHash(), terms.roster().size(), bodies);
    }

    /** Fixes the graph, once every member has opened its commitment. */
    void closeSeeds() {
        var openings = new TreeMap<Integer, Bytes>();
        for (int site : members.indices()) {
            S2Body.parse(of(seeds, site).s2().body())
                    .ifPresent(body -> openings.put(site, body.rho()));
        }
        graph =
                Optional.of(
                        NeighbourGraph.of(
                                terms.policy(),
                                members,
                                () -> graphSeed = SetupLayout.graphSeed(t1, openings)));
    }

    /** Everything is dealt: those who complained before dealing dealt the accused nothing. */
    void closeDeals() {
        deals.values().forEach(deal -> file.keep(deal.complaints()));
    }

    /** Fixes T3: the pairs of all complaints are removed, who is in too many of them is excluded. */
    void closeComplaints() {
        complaints.values().forEach(message -> file.keep(message.signed()));
        var removal = Removal.of(terms.policy().colluders(), members, file.bodies());
        graph = graph.map(drawn -> drawn.without(removal));
        int n = terms.roster().size();
        var leaves = new ArrayList<Digest>(Collections.nCopies(n, Digest.ZERO));
        for (int site = 0; site < n; site++) {
            digests.put(site, List.of());
        }
        for (int site : removal.accepted().indices()) {
            Digest s1 = Digest.of(of(hellos, site).s1().body());
            Digest s2 = Digest.of(of(seeds, site).s2().body());
            Digest s3 = Digest.of(of(kems, site).s3().body());
            Digest root4 = root4(site);
            digests.put(site, List.of(s1.value(), s2.value(), s3.value(), root4.value()));
            leaves.set(site, SetupLayout.digest(site, s1, s2, s3, root4));
        }
        t3 = SetupLayout.t3(t1, leaves, removal.accepted(), removal.pairs());
    }

    /** The complaints of the attempt as they were signed: what the evidence is. */
    List<ComplaintFile.Complaint> complaintFile() {
        return file.all();
    }

    SiteSet accepted() {
        return graph().accepted();
    }

    private Digest root4(int site) {
        return S4Body.parse(of(deals, site).s4().body())
                .map(S4Body::root4)
                .orElseThrow(() -> new IllegalStateException("only verified deals are kept"));
    }

    S0Body proposal() {
        return proposal;
    }

    RosterKeys keys() {
        return keys;
    }

    Digest t1() {
        return t1;
    }

    SiteSet members() {
        return members;
    }

    NeighbourGraph graph() {
        return graph.orElseThrow(
                () -> new IllegalStateException("the graph follows from the seeds"));
    }

    /** The commitment in the hello of a member. */
    Digest commitment(int site) {
        return Optional.ofNullable(hellos.get(site))
                .flatMap(hello -> S1Body.parse(hello.s1().body()))
                .map(S1Body::commitment)
                .orElse(Digest.ZERO);
    }

    /** Whether {@code body} is an S5 by which {@code site} confirms; what it says of its ledger is for the other sites. */
    boolean isConfirmed(int site, Bytes body) {
        return new S5Body(t1, site, t3, accepted(), LedgerHead.START).isSaidBy(body);
    }

    CoordinatorMessage hellosMessage() {
        return new CoordinatorMessage.Hellos(terms.job(), bodies(hellos, SiteMessage.Hello::s1));
    }

    CoordinatorMessage seedsMessage() {
        return new CoordinatorMessage.Seeds(terms.job(), bodies(seeds, SiteMessage.Seed::s2));
    }

    CoordinatorMessage kemsMessage(int receiver) {
        SortedMap<Integer, SiteMessage.Kem> near = around(receiver, kems);
        var ciphertexts = new TreeMap<Integer, Bytes>();
        near.forEach(
                (site, kem) ->
                        Optional.ofNullable(kem.ciphertexts().get(receiver))
                                .ifPresent(bytes -> ciphertexts.put(site, bytes)));
        return new CoordinatorMessage.Kems(
                terms.job(), bodies(near, SiteMessage.Kem::s3), ciphertexts);
    }

    CoordinatorMessage dealsMessage(int receiver) {
        SortedMap<Integer, SiteMessage.Deal> near = around(receiver, deals);
        var parts = new TreeMap<Integer, SiteMessage.DealPart>();
        near.forEach(
                (site, deal) ->
                        Optional.ofNullable(deal.parts().get(receiver))
                                .ifPresent(part -> parts.put(site, part)));
        return new CoordinatorMessage.Deals(
                terms.job(),
                bodies(near, SiteMessage.Deal::s4),
                parts,
                near.values().stream()
                        .flatMap(deal -> deal.complaints().stream())
                        .filter(signed -> ComplaintFile.accused(List.of(signed)).contains(receiver))
                        .toList());
    }

    /** S3 and S4 go to neighbours only. */
    private <M> SortedMap<Integer, M> around(int receiver, SortedMap<Integer, M> messages) {
        var near = new TreeMap<Integer, M>();
        for (int site : graph().around(receiver).indices()) {
            near.put(site, of(messages, site));
        }
        return near;
    }

    CoordinatorMessage summary() {
        return new CoordinatorMessage.Summary(
                terms.job(), digests, accepted().bytes(), file.signed());
    }

    CoordinatorMessage cert() {
        return new CoordinatorMessage.EpochCert(
                terms.job(), bodies(confirms, SiteMessage.Confirm::s5));
    }

    KeptEpoch kept() {
        return new KeptEpoch(
                terms.epoch(),
                terms.firstRound(),
                terms.rounds(),
                SetupLayout.epochId(terms.job(), terms.epoch(), t3, accepted()),
                t1,
                graphSeed,
                members,
                graph().removal(),
                deals,
                bodies(confirms, SiteMessage.Confirm::s5));
    }

    ReadyEpoch epoch() {
        return new ReadyEpoch(
                terms,
                keys,
                SetupLayout.epochId(terms.job(), terms.epoch(), t3, accepted()),
                t1,
                graph(),
                deals);
    }

    private static <M> SortedMap<Integer, SignedBody> bodies(
            SortedMap<Integer, M> messages, Function<M, SignedBody> body) {
        var bodies = new TreeMap<Integer, SignedBody>();
        for (Map.Entry<Integer, M> each : messages.entrySet()) {
            bodies.put(each.getKey(), body.apply(each.getValue()));
        }
        return bodies;
    }

    private static <M> M of(SortedMap<Integer, M> messages, int site) {
        return Optional.ofNullable(messages.get(site))
                .orElseThrow(() -> new IllegalStateException("every member has answered"));
    }
}
