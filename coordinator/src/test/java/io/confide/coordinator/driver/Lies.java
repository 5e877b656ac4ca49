package io.confide.coordinator.driver;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What a simulated site says in place of the truth, and what it says late. */
final class Lies {
    private final int index;
    private final SigningKey identity;
    private final Set<Long> disputed;
    private volatile List<Integer> accused = List.of();
    private volatile List<Integer> wrong = List.of();
    private volatile Answer reveals = Answer.AT_ONCE;
    private Digest t1 = Digest.ZERO;

    private enum Answer {
        AT_ONCE,
        DISPUTED
    }

    Lies(int index, SigningKey identity, Set<Long> disputed) {
        this.index = index;
        this.identity = identity;
        this.disputed = disputed;
    }

    /** Complains in every key set-up about the sites of these roster indices, without a ground. */
    void accuses(Integer... indices) {
        accused = List.of(indices);
    }

    /** Reveals something else in place of its share of the secret of the site of this roster index. */
    void revealsWrongly(int about) {
        wrong = List.of(about);
    }

    /**
     * Reveals nothing in a round before the coordinator has asked somebody about a wrong share of it, so that there is a dispute
     * however fast the others are. It is asked for its reveal again in time.
     */
    void revealsLate() {
        reveals = Answer.DISPUTED;
    }

    boolean keepsBack(SiteMessage message) {
        return reveals == Answer.DISPUTED
                && message instanceof SiteMessage.Reveal reveal
                && !disputed.contains(body(reveal).round().round());
    }

    SiteMessage inPlaceOf(SiteMessage message) {
        if (message instanceof SiteMessage.Deal deal) {
            t1 = S4Body.parse(deal.s4().body()).orElseThrow().t1();
        }
        if (message instanceof SiteMessage.Reveal reveal) {
            return wrongShares(reveal);
        }
        return message instanceof SiteMessage.Complaints honest ? complaints(honest) : message;
    }

    private SiteMessage wrongShares(SiteMessage.Reveal reveal) {
        if (wrong.isEmpty()) {
            return reveal;
        }
        var body = body(reveal);
        var shares = new TreeMap<>(body.shares());
        wrong.forEach(
                about ->
                        shares.computeIfPresent(
                                about,
                                (_, share) ->
                                        new RevealBody.Share(share.kind(), Digest.ZERO.value())));
        var bytes = new RevealBody(body.round(), body.site(), body.statementHash(), shares).bytes();
        return new SiteMessage.Reveal(reveal.job(), new SignedBody(bytes, identity.sign(bytes)));
    }

    private SiteMessage complaints(SiteMessage.Complaints honest) {
        var signed = new ArrayList<>(honest.signed());
        for (int about : accused) {
            var body = new ComplaintBody(t1, about, index, ComplaintBody.Reason.SEALED).bytes();
            signed.add(new SignedBody(body, identity.sign(body)));
        }
        return new SiteMessage.Complaints(honest.job(), signed);
    }

    private static RevealBody body(SiteMessage.Reveal reveal) {
        return RevealBody.parse(reveal.body().body()).orElseThrow();
    }
}
