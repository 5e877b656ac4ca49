package io.confide.common.secagg.server;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.vector.MaskCipher;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An epoch that q sites confirmed, as the coordinator keeps it: for every site and round the hashes of
 * b and w, the recovery blob, and the hashes of the pair seeds. No secret is in it.
 */
public final class ReadyEpoch {
    private final EpochTerms terms;
    private final RosterKeys keys;
    private final Digest epochId;
    private final Digest t1;
    private final NeighbourGraph graph;
    private final SortedMap<Integer, SiteMessage.Deal> deals;
    private final MaskCipher maskCipher = new MaskCipher();

    ReadyEpoch(
            EpochTerms terms,
            RosterKeys keys,
            Digest epochId,
            Digest t1,
            NeighbourGraph graph,
            SortedMap<Integer, SiteMessage.Deal> deals) {
        this.terms = terms;
        this.keys = keys;
        this.epochId = epochId;
        this.t1 = t1;
        this.graph = graph;
        this.deals = new TreeMap<>(deals);
    }

    /**
     * The epoch of {@code job} that was kept, under the roster and policy of its set-up.
     *
     * @param keys of {@code roster}
     */
    public static ReadyEpoch of(
            JobId job, KeptEpoch kept, Roster roster, RosterKeys keys, SecAggPolicy policy) {
        return new ReadyEpoch(
                new EpochTerms(job, kept.epoch(), kept.firstRound(), kept.rounds(), roster, policy),
                keys.requireOf(roster),
                kept.epochId(),
                kept.t1(),
                NeighbourGraph.of(policy, kept.members(), kept::graphSeed).without(kept.removal()),
                kept.deals());
    }

    public EpochTerms terms() {
        return terms;
    }

    MaskCipher maskCipher() {
        return maskCipher;
    }

    RosterKeys keys() {
        return keys;
    }

    public Digest epochId() {
        return epochId;
    }

    /** T1, which stands in the AAD of the recovery blobs. */
    public Digest t1() {
        return t1;
    }

    /** The sites of the epoch; U1 is always within. */
    public SiteSet accepted() {
        return graph.accepted();
    }

    /** Who shares masks and secrets with whom. */
    public NeighbourGraph graph() {
        return graph;
    }

    /** Whether {@code round} belongs to this epoch. */
    public boolean hasRound(long round) {
        return round >= terms.firstRound() && round - terms.firstRound() < terms.rounds();
    }

    SiteMessage.RoundSecretHashes secrets(int site, long round) {
        return deal(site).secrets().get(index(round));
    }

    /** SHA-256 of e between {@code dealer} and {@code peer} as the dealer's list has it. */
    Digest pairSeedHash(int dealer, int peer, long round) {
        return Optional.ofNullable(deal(dealer).pairSeedHashes().get(peer))
                .map(list -> new Digest(list.get(index(round))))
                .orElseThrow(() -> new IllegalArgumentException("not a pair of this epoch"));
    }

    /** Whose pair seeds are in the blob of {@code dealer}, in this order: its neighbours, but for its early complaints. */
    List<Integer> peersInBlob(int dealer) {
        return List.copyOf(deal(dealer).pairSeedHashes().keySet());
    }

    /** S4 of {@code dealer} as it was signed. */
    SignedBody signedDeal(int dealer) {
        return deal(dealer).s4();
    }

    /** The root over everything that {@code dealer} dealt. */
    Digest root4(int dealer) {
        return S4Body.parse(signedDeal(dealer).body())
                .map(S4Body::root4)
                .orElseThrow(() -> new IllegalStateException("only verified deals are kept"));
    }

    private SiteMessage.Deal deal(int site) {
        return Optional.ofNullable(deals.get(site))
                .orElseThrow(() -> new IllegalArgumentException("not a site of this epoch"));
    }

    private int index(long round) {
        if (!hasRound(round)) {
            throw new IllegalArgumentException("round " + round + " is not of this epoch");
        }
        return Math.toIntExact(round - terms.firstRound());
    }
}
