package io.confide.common.secagg.site;

import io.confide.common.crypto.AesGcm;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Receives what every neighbour dealt to this site, and believes none of it before K5. */
final class PeerDeals {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final Terms terms;
    private final Transcript transcript;
    private final NeighbourGraph graph;
    private final SortedMap<Integer, PairKeys> pairs;

    PeerDeals(
            SiteSetting setting,
            ActiveChecks checks,
            Terms terms,
            Transcript transcript,
            NeighbourGraph graph,
            SortedMap<Integer, PairKeys> pairs) {
        this.setting = setting;
        this.checks = checks;
        this.terms = terms;
        this.transcript = transcript;
        this.graph = graph;
        this.pairs = pairs;
    }

    /** Returns the shares by dealer: one row per round, the share of b and the share of w. */
    SortedMap<Integer, RoundTable> receive(CoordinatorMessage.Deals message)
            throws RefusedException {
        SortedMap<Integer, Digest> roots = roots(message.s4());
        var held = new TreeMap<Integer, RoundTable>();
        try {
            for (Map.Entry<Integer, PairKeys> pair : pairs.entrySet()) {
                int dealer = pair.getKey();
                SiteMessage.DealPart part =
                        checks.requirePresent(
                                Check.K5, Optional.ofNullable(message.parts().get(dealer)));
                byte[] rows = open(dealer, pair.getValue(), part);
                held.put(dealer, table(rows));
                requirePart(dealer, part, rows, Optional.ofNullable(roots.get(dealer)));
                checks.require(Check.K5, part.ehRoot().equals(pair.getValue().ehRoot().value()));
            }
            return held;
        } catch (RefusedException e) {
            held.values().forEach(RoundTable::eraseAll);
            throw e;
        }
    }

    private RoundTable table(byte[] rows) {
        return new RoundTable(rows, ShareRows.BYTES, terms.proposal().firstRound());
    }

    private SortedMap<Integer, Digest> roots(SortedMap<Integer, SignedBody> messages)
            throws RefusedException {
        SiteSet senders = graph.around(setting.self());
        checks.require(Check.K5, messages.keySet().equals(Set.copyOf(senders.indices())));
        var roots = new TreeMap<Integer, Digest>();
        for (Map.Entry<Integer, SignedBody> each : messages.entrySet()) {
            int site = each.getKey();
            checks.requireAlways(Check.K5, senders.contains(site));
            S4Body body = checks.requirePresent(Check.K25, S4Body.parse(each.getValue().body()));
            checks.require(Check.K5, body.site() == site && body.t1().equals(transcript.t1()));
            checks.require(Check.K5, checks.keys().isBySite(site, each.getValue()));
            roots.put(site, body.root4());
        }
        return roots;
    }

    private byte[] open(int dealer, PairKeys pair, SiteMessage.DealPart part)
            throws RefusedException {
        byte[] aad = SetupLayout.sharesAad(transcript.t1(), dealer, setting.self());
        byte[] rows =
                checks.requirePresent(
                        Check.K5,
                        AesGcm.open(pair.incoming(), aad, part.shareCiphertext().unsafeArray()));
        checks.requireAlways(Check.K5, rows.length == ShareRows.BYTES * terms.proposal().rounds());
        return rows;
    }

    private void requirePart(
            int dealer, SiteMessage.DealPart part, byte[] rows, Optional<Digest> root)
            throws RefusedException {
        Digest shareRoot = ShareRows.root(setting.self(), terms.proposal().firstRound(), rows);
        boolean fits =
                part.shareRoot().equals(shareRoot.value())
                        && part.ehRoot().length() == Digest.BYTES
                        && root.isPresent()
                        && rootOver(dealer, part, shareRoot, part.path()).equals(root);
        checks.require(Check.K5, fits);
    }

    private Optional<Digest> rootOver(
            int dealer, SiteMessage.DealPart part, Digest shareRoot, Bytes path) {
        return Merkle.rootOf(
                SetupLayout.pairLeaf(
                        dealer,
                        setting.self(),
                        Digest.of(part.shareCiphertext()),
                        shareRoot,
                        new Digest(part.ehRoot())),
                path);
    }
}
