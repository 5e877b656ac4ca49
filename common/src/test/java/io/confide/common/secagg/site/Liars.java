package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.S3Body;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** What corrupt sites send during a set-up: unsound but signed, or complaints without a ground. */
final class Liars {
    private Liars() {}

    static SignedBody complaint(
            Consortium consortium, Digest t1, int accused, int accuser, ComplaintBody.Reason why) {
        Bytes body = new ComplaintBody(t1, accused, accuser, why).bytes();
        return new SignedBody(body, consortium.identities.get(accuser).sign(body));
    }

    /** {@code liar} complains about {@code accused} although it holds everything. */
    static void complains(Consortium consortium, int liar, Collection<Integer> accused) {
        consortium.lies.put(
                liar,
                message -> {
                    if (!(message instanceof SiteMessage.Complaints honest)) {
                        return message;
                    }
                    var signed = new ArrayList<>(honest.signed());
                    var grounded = new ArrayList<Integer>();
                    signed.forEach(
                            each ->
                                    grounded.add(
                                            ComplaintBody.parse(each.body())
                                                    .orElseThrow()
                                                    .accused()));
                    Digest t1 = t1(consortium);
                    for (int about : accused) {
                        if (!grounded.contains(about)) {
                            signed.add(
                                    complaint(
                                            consortium,
                                            t1,
                                            about,
                                            liar,
                                            ComplaintBody.Reason.SHARE));
                        }
                    }
                    return new SiteMessage.Complaints(honest.job(), signed);
                });
    }

    /** T1 of the newest attempt. */
    static Digest t1(Consortium consortium) {
        return consortium
                .view
                .received(SiteMessage.Deal.class)
                .map(each -> S4Body.parse(each.getValue().s4().body()).orElseThrow().t1())
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    /** {@code dealer} signs something to {@code holder} that gives it a ground of that kind. */
    static void cheats(
            Consortium consortium, int dealer, List<Integer> holders, ComplaintBody.Reason ground) {
        consortium.lies.put(
                dealer,
                message -> {
                    SiteMessage changed = message;
                    for (int holder : holders) {
                        changed = cheated(consortium, dealer, holder, ground, changed);
                    }
                    return changed;
                });
    }

    private static SiteMessage cheated(
            Consortium consortium,
            int dealer,
            int holder,
            ComplaintBody.Reason ground,
            SiteMessage message) {
        return switch (message) {
            case SiteMessage.Kem kem when ground == ComplaintBody.Reason.KEM ->
                    otherCiphertext(consortium, dealer, holder, kem);
            case SiteMessage.Deal deal
                    when deals(deal, holder) && ground == ComplaintBody.Reason.SEALED ->
                    otherShares(consortium, dealer, holder, deal);
            case SiteMessage.Deal deal
                    when deals(deal, holder) && ground == ComplaintBody.Reason.SHARE ->
                    otherRoot(consortium, dealer, holder, deal);
            case SiteMessage.Deal deal
                    when deals(deal, holder) && ground == ComplaintBody.Reason.PAIR_SEEDS ->
                    CoordinatorRulesTest.withPairHash(consortium, dealer, holder, deal);
            default -> message;
        };
    }

    private static boolean deals(SiteMessage.Deal deal, int holder) {
        return deal.parts().containsKey(holder);
    }

    /** A ciphertext that is the signed one but none of ML-KEM. */
    private static SiteMessage.Kem otherCiphertext(
            Consortium consortium, int dealer, int holder, SiteMessage.Kem kem) {
        S3Body old = S3Body.parse(kem.s3().body()).orElseThrow();
        Bytes bad = Bytes.wrap(new byte[10]);
        var ciphertexts = new TreeMap<>(kem.ciphertexts());
        ciphertexts.put(holder, bad);
        var hashes = new TreeMap<>(old.ciphertextHashes());
        hashes.put(holder, Digest.of(bad));
        Bytes body = new S3Body(old.t1(), dealer, hashes).bytes();
        return new SiteMessage.Kem(
                kem.job(),
                new SignedBody(body, consortium.identities.get(dealer).sign(body)),
                ciphertexts);
    }

    private static SiteMessage.Deal otherShares(
            Consortium consortium, int dealer, int holder, SiteMessage.Deal deal) {
        var part = deal.parts().get(holder);
        byte[] sealed = part.shareCiphertext().toArray();
        sealed[0] ^= 1;
        Bytes bad = Bytes.wrap(sealed);
        var old = deal.pairLeaves().get(holder);
        return dealtAgain(
                consortium,
                dealer,
                holder,
                deal,
                new SiteMessage.DealPart(bad, part.ehRoot(), part.shareRoot(), part.path()),
                new SiteMessage.PairLeaf(Digest.of(bad).value(), old.shareRoot(), old.ehRoot()));
    }

    private static SiteMessage.Deal otherRoot(
            Consortium consortium, int dealer, int holder, SiteMessage.Deal deal) {
        var old = deal.pairLeaves().get(holder);
        return dealtAgain(
                consortium,
                dealer,
                holder,
                deal,
                deal.parts().get(holder),
                new SiteMessage.PairLeaf(
                        old.shareCiphertextHash(), Digest.ZERO.value(), old.ehRoot()));
    }

    private static SiteMessage.Deal dealtAgain(
            Consortium consortium,
            int dealer,
            int holder,
            SiteMessage.Deal deal,
            SiteMessage.DealPart part,
            SiteMessage.PairLeaf leaf) {
        var parts = new TreeMap<>(deal.parts());
        parts.put(holder, part);
        var leaves = new TreeMap<>(deal.pairLeaves());
        leaves.put(holder, leaf);
        return CoordinatorRulesTest.dealtAgain(
                consortium,
                dealer,
                new SiteMessage.Deal(
                        deal.job(),
                        deal.s4(),
                        parts,
                        deal.secrets(),
                        deal.pairSeedHashes(),
                        leaves,
                        deal.complaints()));
    }
}
