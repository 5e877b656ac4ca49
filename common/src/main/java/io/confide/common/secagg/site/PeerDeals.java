package io.confide.common.secagg.site;

import io.confide.common.crypto.AesGcm;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.ComplaintBody.Reason;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Receives what the neighbours dealt to this site, and believes none of it before K5. What a dealer signed and is unsound is
 * a ground for a complaint (K6); what is missing or not the signed bytes is refused.
 */
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

    /**
     * What this site holds of its dealers, and about whom it complains instead. A dealer that complained about this site, and
     * showed it, dealt it nothing.
     *
     * @param held one row per round, the share of b and the share of w
     */
    record Held(
            SortedMap<Integer, RoundTable> held,
            SortedMap<Integer, DealtLeaves> leaves,
            SortedMap<Integer, Ground> grounds) {
        Held() {
            this(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        }
    }

    Held receive(CoordinatorMessage.Deals message) throws RefusedException {
        SortedMap<Integer, Digest> roots = roots(message.s4());
        Set<Integer> accusers = accusers(message.complaints());
        var received = new Held();
        try {
            for (int dealer : pairs.keySet()) {
                if (!accusers.contains(dealer)) {
                    receive(dealer, message, roots, received)
                            .ifPresent(ground -> received.grounds.put(dealer, ground));
                }
            }
            return received;
        } catch (RefusedException e) {
            received.held.values().forEach(RoundTable::eraseAll);
            throw e;
        }
    }

    /** Puts the shares of {@code dealer}, or returns why what it signed is unsound; refuses what it did not sign. */
    private Optional<Ground> receive(
            int dealer,
            CoordinatorMessage.Deals message,
            SortedMap<Integer, Digest> roots,
            Held received)
            throws RefusedException {
        Optional<SiteMessage.DealPart> sent = Optional.ofNullable(message.parts().get(dealer));
        boolean authentic =
                sent.filter(part -> isUnder(Optional.ofNullable(roots.get(dealer)), dealer, part))
                        .isPresent();
        SignedBody shown =
                Optional.ofNullable(message.s4().get(dealer))
                        .orElse(transcript.signedHello(dealer));
        if (!authentic && checks.isOn(Check.K5)) {
            checks.require(Check.K5, !checks.isOn(Check.K6));
            return Optional.of(new Ground(Reason.SEALED, shown));
        }
        SiteMessage.DealPart part = checks.requirePresent(Check.K5, sent);
        Optional<byte[]> rows = open(dealer, part);
        if (rows.isEmpty()) {
            return Optional.of(new Ground(Reason.SEALED, shown));
        }
        RoundTable table = table(rows.get());
        long firstRound = terms.proposal().firstRound();
        List<byte[]> leaves = ShareRows.leaves(setting.self(), firstRound, rows.get());
        boolean sharesFit = part.shareRoot().equals(Merkle.root(leaves).value());
        if (sharesFit && part.ehRoot().equals(ehRoot(dealer))) {
            received.held.put(dealer, table);
            received.leaves.put(dealer, DealtLeaves.of(leaves, firstRound, part));
            return Optional.empty();
        }
        table.eraseAll();
        return Optional.of(new Ground(sharesFit ? Reason.PAIR_SEEDS : Reason.SHARE, shown));
    }

    private PairKeys pair(int dealer) {
        return Optional.ofNullable(pairs.get(dealer)).orElseThrow();
    }

    private Bytes ehRoot(int dealer) {
        return pair(dealer).ehRoot().value();
    }

    /** The neighbours that complained about this site before they dealt. */
    private Set<Integer> accusers(List<SignedBody> complaints) throws RefusedException {
        var accusers = new TreeSet<Integer>();
        for (SignedBody signed : complaints) {
            ComplaintBody body =
                    checks.requirePresent(Check.K25, ComplaintBody.parse(signed.body()));
            checks.require(
                    Check.K5,
                    body.t1().equals(transcript.t1())
                            && body.accused() == setting.self()
                            && checks.keys().isBySite(body.accuser(), signed));
            accusers.add(body.accuser());
        }
        return accusers;
    }

    private RoundTable table(byte[] rows) {
        return new RoundTable(rows, ShareRows.BYTES, terms.proposal().firstRound());
    }

    private SortedMap<Integer, Digest> roots(SortedMap<Integer, SignedBody> messages)
            throws RefusedException {
        SiteSet senders = graph.around(setting.self());
        var roots = new TreeMap<Integer, Digest>();
        for (Map.Entry<Integer, SignedBody> each : messages.entrySet()) {
            int site = each.getKey();
            checks.requireAlways(Check.K5, senders.contains(site));
            S4Body body = checks.requirePresent(Check.K25, S4Body.parse(each.getValue().body()));
            boolean theirs =
                    body.site() == site
                            && body.t1().equals(transcript.t1())
                            && checks.keys().isBySite(site, each.getValue());
            checks.require(Check.K5, theirs || !checks.isOn(Check.K6));
            if (theirs || !checks.isOn(Check.K5)) {
                roots.put(site, body.root4());
            }
        }
        boolean all = messages.keySet().equals(Set.copyOf(senders.indices()));
        checks.require(Check.K5, all || !checks.isOn(Check.K6));
        return roots;
    }

    /** Empty unless they open to two shares per round. */
    private Optional<byte[]> open(int dealer, SiteMessage.DealPart part) {
        byte[] aad = SetupLayout.sharesAad(transcript.t1(), dealer, setting.self());
        return AesGcm.open(pair(dealer).incoming(), aad, part.shareCiphertext().unsafeArray())
                .filter(rows -> rows.length == ShareRows.BYTES * terms.proposal().rounds());
    }

    /** Whether the part hashes into root4 of its dealer, with the roots that stand beside it. */
    private boolean isUnder(Optional<Digest> root, int dealer, SiteMessage.DealPart part) {
        return part.shareRoot().length() == Digest.BYTES
                && part.ehRoot().length() == Digest.BYTES
                && root.isPresent()
                && Merkle.rootOf(
                                SetupLayout.pairLeaf(
                                        dealer,
                                        setting.self(),
                                        Digest.of(part.shareCiphertext()),
                                        new Digest(part.shareRoot()),
                                        new Digest(part.ehRoot())),
                                part.path())
                        .equals(root);
    }
}
