package io.confide.common.secagg;

import io.confide.common.model.Digest;
import io.confide.common.secagg.graph.SparseParameters;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who shares keys, masks and secrets with whom in one epoch (PROTOCOL.md §3.2): everybody with everybody, or on the ring
 * with the k nearest. Only sites with an S1 are anybody's neighbours; the others keep their place on the ring.
 */
public final class NeighbourGraph {
    private final SiteSet members;
    private final Optional<Sparse> sparse;

    private record Sparse(Ring ring, SparseParameters parameters) {}

    private NeighbourGraph(SiteSet members, Optional<Sparse> sparse) {
        this.members = members;
        this.sparse = sparse;
    }

    /**
     * The graph of {@code policy} over the sites with an S1.
     *
     * @param graphSeed bound by T1 and the openings of all members; the complete graph does not ask for it
     */
    public static NeighbourGraph of(
            SecAggPolicy policy, SiteSet members, Supplier<Digest> graphSeed) {
        return new NeighbourGraph(
                members,
                policy.sparse()
                        .map(
                                parameters ->
                                        new Sparse(
                                                Ring.draw(graphSeed.get(), members.rosterSize()),
                                                parameters)));
    }

    /** The sites with an S1. */
    public SiteSet members() {
        return members;
    }

    /** N(i), in roster order: without the site itself. */
    public SiteSet neighbours(int site) {
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
