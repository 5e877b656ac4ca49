package io.confide.common.secagg.server;

import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SiteSet;

import java.util.ArrayList;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The headers of U3 and the root over them. Where a committee signs they are the leaves of one tree, so that a site is
 * shown only those it checks, each with its path (K15).
 */
final class IncludedHeaders {
    private final NeighbourGraph graph;
    private final SiteSet included;
    private final SortedMap<Integer, UploadProof> proofs;
    private final SortedMap<Integer, Digest> hashes = new TreeMap<>();
    private final SortedMap<Integer, Integer> places = new TreeMap<>();
    private final Merkle.Tree tree;

    IncludedHeaders(NeighbourGraph graph, SortedMap<Integer, UploadProof> proofs) {
        this.graph = graph;
        this.proofs = proofs;
        this.included = SiteSet.of(graph.members().rosterSize(), proofs.keySet());
        var leaves = new ArrayList<byte[]>(proofs.size());
        for (Map.Entry<Integer, UploadProof> each : proofs.entrySet()) {
            var hash = new Digest(each.getValue().vectorHash());
            places.put(each.getKey(), leaves.size());
            hashes.put(each.getKey(), hash);
            leaves.add(RoundLayout.leaf(each.getKey(), hash).value().unsafeArray());
        }
        this.tree = Merkle.Tree.of(leaves);
    }

    /** U3. */
    SiteSet included() {
        return included;
    }

    Digest root() {
        return switch (graph.signers().kind()) {
            case EVERYBODY -> RoundLayout.root(hashes);
            case COMMITTEE -> RoundLayout.root(hashes.size(), tree.root());
        };
    }

    CoordinatorMessage.Propose addressed(int site, CoordinatorMessage.Propose message) {
        return switch (graph.signers().kind()) {
            case EVERYBODY -> message;
            case COMMITTEE ->
                    new CoordinatorMessage.Propose(message.job(), message.body(), shownTo(site));
        };
    }

    CoordinatorMessage.Cert addressed(int site, CoordinatorMessage.Cert message) {
        return switch (graph.signers().kind()) {
            case EVERYBODY -> message;
            case COMMITTEE ->
                    new CoordinatorMessage.Cert(
                            message.job(), message.body(), shownTo(site), message.signatures());
        };
    }

    private SortedMap<Integer, UploadProof> shownTo(int receiver) {
        var shown = new TreeMap<Integer, UploadProof>();
        for (int site : graph.checkedBy(receiver, included).indices()) {
            UploadProof proof = proofs.get(site);
            Integer place = places.get(site);
            if (proof != null && place != null) {
                shown.put(
                        site,
                        new UploadProof(proof.vectorHash(), proof.signature(), tree.path(place)));
            }
        }
        return shown;
    }
}
