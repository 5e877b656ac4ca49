package io.confide.common.secagg;

import io.confide.common.model.Digest;
import io.confide.common.secagg.graph.Committee;
import io.confide.common.secagg.graph.SparseParameters;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who shares keys, masks and secrets with whom in one epoch (PROTOCOL.md §3.2): everybody with everybody, or on the ring
 * with the k nearest. Only sites with an S1 are anybody's neighbours; the others keep their place on the ring. Between the two sites of
 * a removed pair there is nothing any more.
 */
public final class NeighbourGraph {
    private final SiteSet members;
    private final Optional<Sparse> sparse;
    private final Signers signers;
    private final Removal removal;

    private record Sparse(Ring ring, SparseParameters parameters) {}

    /** Whose signatures make a certificate, and how many: q of all members, or of a committee its own quorum (K19). */
    public record Signers(SiteSet sites, int quorum, Kind kind) {}

    /** Who signs. */
    public enum Kind {
        EVERYBODY,
        COMMITTEE
    }

    private NeighbourGraph(
            SiteSet members, Optional<Sparse> sparse, Signers signers, Removal removal) {
        this.members = members;
        this.sparse = sparse;
        this.signers = signers;
        this.removal = removal;
    }

    /**
     * The graph of {@code policy} over the sites with an S1.
     *
     * @param graphSeed bound by T1 and the openings of all members; the complete graph does not ask for it
     */
    public static NeighbourGraph of(
            SecAggPolicy policy, SiteSet members, Supplier<Digest> graphSeed) {
        Optional<SparseParameters> parameters = policy.sparse();
        if (parameters.isEmpty()) {
            return new NeighbourGraph(
                    members, Optional.empty(), everybody(policy, members), Removal.none(members));
        }
        Digest seed = graphSeed.get();
        int n = members.rosterSize();
        Signers signers =
                policy.committee()
                        .map(committee -> drawn(committee, seed, members))
                        .orElseGet(() -> everybody(policy, members));
        return new NeighbourGraph(
                members,
                Optional.of(new Sparse(Ring.draw(seed, n), parameters.get())),
                signers,
                Removal.none(members));
    }

    /** This graph without the pairs that complaints removed; only accepted sites sign. */
    public NeighbourGraph without(Removal next) {
        var left = signers.sites.intersect(next.accepted());
        return new NeighbourGraph(
                members, sparse, new Signers(left, signers.quorum, signers.kind), next);
    }

    private static Signers everybody(SecAggPolicy policy, SiteSet members) {
        return new Signers(members, policy.q(), Kind.EVERYBODY);
    }

    private static Signers drawn(Committee committee, Digest seed, SiteSet members) {
        int n = members.rosterSize();
        SiteSet sites = SiteSet.of(n, Ring.committee(seed, n, committee.size()));
        return new Signers(sites.intersect(members), committee.quorum(), Kind.COMMITTEE);
    }

    public Signers signers() {
        return signers;
    }

    /**
     * The sites whose upload headers {@code site} checks (K15): all of U3, or with a committee its neighbours in U3 and itself,
     * each with its path to the root. A removed pair is no reason to check less.
     */
    public SiteSet checkedBy(int site, SiteSet included) {
        return switch (signers.kind) {
            case EVERYBODY -> included;
            case COMMITTEE -> included.intersect(drawn(site).with(site));
        };
    }

    /** The sites with an S1. */
    public SiteSet members() {
        return members;
    }

    /** The sites of the epoch: those with an S1 that no complaints excluded. */
    public SiteSet accepted() {
        return removal.accepted();
    }

    /** What complaints removed. */
    public Removal removal() {
        return removal;
    }

    /** N(i) without removed pairs, in roster order: without the site itself. */
    public SiteSet neighbours(int site) {
        return removal.pairs().isEmpty() ? drawn(site) : drawn(site).minus(removal.apartFrom(site));
    }

    private SiteSet drawn(int site) {
        return sparse.map(graph -> graph.ring.neighbours(site, graph.parameters.k(), members))
                .orElseGet(() -> members.minus(SiteSet.of(members.rosterSize(), List.of(site))));
    }

    /** The neighbours with a higher index, to which the site encapsulates. */
    public List<Integer> neighboursAbove(int site) {
        return neighbours(site).stream().filter(peer -> peer > site).boxed().toList();
    }

    /** N(i) and the site itself: who holds shares of its b, and whose b it holds shares of. */
    public SiteSet around(int site) {
        return neighbours(site).with(site);
    }

    /**
     * The window rule (K16, PROTOCOL.md §3.5): every k/2 consecutive positions of the ring hold c_w + 1 of {@code included}, so
     * that the honest ones among them hang together. The complete graph has no such rule.
     */
    public boolean holdsTogether(SiteSet included) {
        return sparse.map(
                        graph ->
                                graph.ring.fillsWindows(
                                        included,
                                        graph.parameters.k() / 2,
                                        graph.parameters.windowMin()))
                .orElse(true);
    }
}
