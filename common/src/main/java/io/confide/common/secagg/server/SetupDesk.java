package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.S1Body;
import io.confide.common.secagg.S2Body;
import io.confide.common.secagg.S3Body;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance.Reason;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Verifies what sites send during a set-up; empty means that it may be kept. */
final class SetupDesk {
    private final EpochTerms terms;
    private final SetupRecord record;
    private final RosterKeys keys;
    private final Predicate<Bytes> keyForm;

    SetupDesk(EpochTerms terms, SetupRecord record, Predicate<Bytes> keyForm) {
        this.terms = terms;
        this.record = record;
        this.keys = record.keys();
        this.keyForm = keyForm;
    }

    Optional<Reason> hello(int site, SiteMessage.Hello message) {
        Optional<S1Body> body = S1Body.parse(message.s1().body());
        if (body.isEmpty()) {
            return Optional.of(Reason.MALFORMED);
        }
        if (body.get().site() != site || !body.get().proposal().equals(record.proposal())) {
            return Optional.of(Reason.OTHER_CONTEXT);
        }
        if (!keyForm.test(body.get().encapsulationKey())) {
            return Optional.of(Reason.MALFORMED);
        }
        return signature(site, message.s1());
    }

    Optional<Reason> seed(int site, SiteMessage.Seed message) {
        Optional<S2Body> body = S2Body.parse(message.s2().body());
        if (body.isEmpty()) {
            return Optional.of(Reason.MALFORMED);
        }
        if (body.get().site() != site || !body.get().t1().equals(record.t1())) {
            return Optional.of(Reason.OTHER_CONTEXT);
        }
        if (!Digest.of(body.get().rho()).equals(record.commitment(site))) {
            return Optional.of(Reason.WRONG_HASH);
        }
        return signature(site, message.s2());
    }

    Optional<Reason> kem(int site, SiteMessage.Kem message) {
        Optional<S3Body> body = S3Body.parse(message.s3().body());
        if (body.isEmpty()) {
            return Optional.of(Reason.MALFORMED);
        }
        if (body.get().site() != site || !body.get().t1().equals(record.t1())) {
            return Optional.of(Reason.OTHER_CONTEXT);
        }
        var promised = List.copyOf(body.get().ciphertextHashes().keySet());
        if (!promised.equals(record.graph().neighboursAbove(site))) {
            return Optional.of(Reason.MALFORMED);
        }
        var sent = new HashMap<Integer, Digest>();
        message.ciphertexts().forEach((peer, bytes) -> sent.put(peer, Digest.of(bytes)));
        if (!sent.equals(body.get().ciphertextHashes())) {
            return Optional.of(Reason.WRONG_HASH);
        }
        return signature(site, message.s3());
    }

    /** Recomputes root4 from everything that the dealer sent for the coordinator and for the holders. */
    Optional<Reason> deal(int site, SiteMessage.Deal message) {
        Optional<S4Body> body = S4Body.parse(message.s4().body());
        Optional<Reason> complaints = complaints(site, message.complaints());
        if (complaints.isPresent()) {
            return complaints;
        }
        if (body.isEmpty() || !isComplete(site, message)) {
            return Optional.of(Reason.MALFORMED);
        }
        if (body.get().site() != site || !body.get().t1().equals(record.t1())) {
            return Optional.of(Reason.OTHER_CONTEXT);
        }
        if (!partsFit(site, message) || !root4(site, message).equals(body.get().root4())) {
            return Optional.of(Reason.WRONG_HASH);
        }
        return signature(site, message.s4());
    }

    private boolean isComplete(int site, SiteMessage.Deal message) {
        var holders = new TreeSet<>(record.graph().neighbours(site).indices());
        holders.removeAll(ComplaintFile.accused(message.complaints()));
        Set<Integer> expected = Set.copyOf(holders);
        return message.parts().keySet().equals(expected)
                && message.pairLeaves().keySet().equals(expected)
                && message.pairSeedHashes().keySet().equals(expected)
                && message.pairSeedHashes().values().stream()
                        .allMatch(
                                list ->
                                        list.size() == terms.rounds()
                                                && list.stream().allMatch(SetupDesk::isHash))
                && message.secrets().size() == terms.rounds()
                && message.secrets().stream()
                        .allMatch(s -> isHash(s.selfHash()) && isHash(s.recoveryHash()))
                && message.pairLeaves().values().stream()
                        .allMatch(
                                leaf ->
                                        isHash(leaf.shareCiphertextHash())
                                                && isHash(leaf.shareRoot())
                                                && isHash(leaf.ehRoot()));
    }

    private static boolean isHash(Bytes value) {
        return value.length() == Digest.BYTES;
    }

    private static boolean partsFit(int site, SiteMessage.Deal message) {
        for (Map.Entry<Integer, SiteMessage.PairLeaf> each : message.pairLeaves().entrySet()) {
            int holder = each.getKey();
            SiteMessage.PairLeaf leaf = each.getValue();
            SiteMessage.DealPart part = message.parts().get(holder);
            List<Bytes> hashes = message.pairSeedHashes().get(holder);
            boolean fits =
                    part != null
                            && hashes != null
                            && part.ehRoot().equals(leaf.ehRoot())
                            && part.shareRoot().equals(leaf.shareRoot())
                            && Digest.of(part.shareCiphertext())
                                    .value()
                                    .equals(leaf.shareCiphertextHash())
                            && SetupLayout.ehRoot(
                                            site, holder, hashes.stream().map(Digest::new).toList())
                                    .value()
                                    .equals(leaf.ehRoot());
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private Digest root4(int site, SiteMessage.Deal message) {
        var leaves = new ArrayList<byte[]>();
        message.pairLeaves()
                .forEach(
                        (holder, leaf) ->
                                leaves.add(
                                        SetupLayout.pairLeaf(
                                                site,
                                                holder,
                                                new Digest(leaf.shareCiphertextHash()),
                                                new Digest(leaf.shareRoot()),
                                                new Digest(leaf.ehRoot()))));
        long round = terms.firstRound();
        for (SiteMessage.RoundSecretHashes secret : message.secrets()) {
            leaves.add(
                    SetupLayout.secretLeaf(
                            round,
                            new Digest(secret.selfHash()),
                            new Digest(secret.recoveryHash()),
                            Digest.of(secret.blob())));
            round++;
        }
        return Merkle.root(leaves);
    }

    Optional<Reason> complaints(int site, List<SignedBody> signed) {
        return ComplaintFile.check(site, signed, record.t1(), record.graph(), keys);
    }

    Optional<Reason> confirm(int site, SiteMessage.Confirm message) {
        return record.isConfirmed(site, message.s5().body())
                ? signature(site, message.s5())
                : Optional.of(Reason.OTHER_CONTEXT);
    }

    private Optional<Reason> signature(int site, SignedBody signed) {
        return keys.isBySite(site, signed) ? Optional.empty() : Optional.of(Reason.BAD_SIGNATURE);
    }
}
