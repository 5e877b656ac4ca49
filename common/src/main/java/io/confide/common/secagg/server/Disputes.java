package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.BlameAnswerBody;
import io.confide.common.secagg.BlameBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance.Reason;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The secrets of one round that came out wrong, and whose fault it is (PROTOCOL.md §3.8, R11). Every holder is asked for the
 * path of its share: a wrong one blames the holder and drops its share; if t shares are proven and the secret is still
 * wrong, its dealer is to blame.
 */
public final class Disputes {
    private final ReadyEpoch epoch;
    private final RoundFields round;
    private final SortedMap<Integer, SignedBody> reveals;
    private final Signer signer;
    private final SortedMap<Integer, Dispute> open = new TreeMap<>();
    private final Set<Integer> liars = new TreeSet<>();
    private final List<Fault> faults = new ArrayList<>();

    /** Signs with the coordinator's key. */
    interface Signer {
        SignedBody sign(Bytes body);
    }

    /** What became of a share in dispute. */
    private enum Verdict {
        PROVEN,
        REFUTED
    }

    private record Dispute(
            BlameBody question,
            SignedBody signed,
            SortedMap<Integer, Verdict> verdicts,
            List<SignedBody> answers) {
        boolean isProven(int holder) {
            return verdicts.get(holder) == Verdict.PROVEN;
        }

        boolean isRefuted(int holder) {
            return verdicts.get(holder) == Verdict.REFUTED;
        }
    }

    /** @param reveals as they were signed, by holder; more may come */
    Disputes(
            ReadyEpoch epoch,
            RoundFields round,
            SortedMap<Integer, SignedBody> reveals,
            Signer signer) {
        this.epoch = epoch;
        this.round = round;
        this.reveals = reveals;
        this.signer = signer;
    }

    /** The secret of {@code about} came out wrong. Reveals whose signature is not that of their sender prove nothing: they go. */
    void raise(int about, SecretKind kind, List<Integer> holders) {
        if (open.containsKey(about)) {
            return;
        }
        var question = new BlameBody(round, about, kind);
        var dispute =
                new Dispute(
                        question,
                        signer.sign(question.bytes()),
                        new TreeMap<>(),
                        new ArrayList<>());
        open.put(about, dispute);
        for (int holder : holders) {
            SignedBody reveal = reveals.get(holder);
            if (reveal == null || !epoch.keys().isBySite(holder, reveal)) {
                dispute.verdicts.put(holder, Verdict.REFUTED);
                liars.add(holder);
            }
        }
    }

    /**
     * Of {@code holders} those whose share may be used, in this order: proven, in doubt, the dealer's own, which has no leaf, and
     * those of sites that have lied about another secret.
     */
    List<Integer> usable(int about, List<Integer> holders) {
        Optional<Dispute> dispute = Optional.ofNullable(open.get(about));
        return holders.stream()
                .filter(holder -> dispute.filter(each -> each.isRefuted(holder)).isEmpty())
                .sorted(Comparator.comparingInt(holder -> doubt(about, dispute, holder)))
                .toList();
    }

    private int doubt(int about, Optional<Dispute> dispute, int holder) {
        if (dispute.filter(each -> each.isProven(holder)).isPresent()) {
            return 0;
        }
        if (liars.contains(holder)) {
            return 3;
        }
        return dispute.isPresent() && holder == about ? 2 : 1;
    }

    /** Whether {@code used} are all proven: then it is the dealer's fault, and noted. */
    boolean isDealersFault(int about, List<Integer> used) {
        Optional<Dispute> settled =
                Optional.ofNullable(open.get(about))
                        .filter(dispute -> used.stream().allMatch(dispute::isProven));
        settled.ifPresent(
                dispute -> {
                    var evidence = new ArrayList<>(dispute.answers);
                    evidence.addFirst(epoch.signedDeal(about));
                    faults.add(new Fault(about, Fault.Kind.WRONG_DEAL, evidence));
                });
        return settled.isPresent();
    }

    /** The blob of a dealer that dropped out, or a pair seed in it, is not what it signed. */
    void blameDealer(int dealer) {
        faults.add(new Fault(dealer, Fault.Kind.WRONG_DEAL, List.of(epoch.signedDeal(dealer))));
    }

    /** What is to be asked: every holder of a secret in dispute that has not answered. */
    public List<Addressed> questions() {
        var questions = new ArrayList<Addressed>();
        open.forEach(
                (about, dispute) -> {
                    var message = new CoordinatorMessage.Blame(epoch.terms().job(), dispute.signed);
                    for (int holder : reveals.keySet()) {
                        if (holder != about
                                && !dispute.verdicts.containsKey(holder)
                                && share(holder, dispute.question).isPresent()) {
                            questions.add(new Addressed(holder, message));
                        }
                    }
                });
        return questions;
    }

    /** Takes the answer of one holder; a wrong one is an answer too. */
    public Acceptance accept(int site, SiteMessage.BlameAnswer message) {
        Optional<BlameAnswerBody> parsed = BlameAnswerBody.parse(message.body().body());
        if (parsed.isEmpty()) {
            return new Acceptance.Rejected(Reason.MALFORMED);
        }
        BlameAnswerBody body = parsed.get();
        Dispute dispute = open.get(body.question().about());
        if (dispute == null || body.site() != site || !body.question().equals(dispute.question)) {
            return new Acceptance.Rejected(Reason.OTHER_CONTEXT);
        }
        Optional<Bytes> revealed = share(site, dispute.question);
        if (revealed.isEmpty()) {
            return new Acceptance.Rejected(Reason.UNEXPECTED);
        }
        if (!epoch.keys().isBySite(site, message.body())) {
            return new Acceptance.Rejected(Reason.BAD_SIGNATURE);
        }
        if (!dispute.verdicts.containsKey(site)) {
            boolean right =
                    revealed.get().equals(body.share())
                            && body.isUnder(epoch.root4(dispute.question.about()));
            judge(dispute, site, message.body(), right ? Verdict.PROVEN : Verdict.REFUTED);
        }
        return new Acceptance.Accepted();
    }

    private void judge(Dispute dispute, int site, SignedBody answer, Verdict verdict) {
        dispute.verdicts.put(site, verdict);
        switch (verdict) {
            case PROVEN -> dispute.answers.add(answer);
            case REFUTED -> {
                liars.add(site);
                faults.add(
                        new Fault(
                                site,
                                Fault.Kind.WRONG_SHARE,
                                List.of(dispute.signed, revealOf(site), answer)));
            }
        }
    }

    private SignedBody revealOf(int site) {
        return Optional.ofNullable(reveals.get(site)).orElseThrow();
    }

    private Optional<Bytes> share(int holder, BlameBody question) {
        return Optional.ofNullable(reveals.get(holder))
                .flatMap(signed -> RevealBody.parse(signed.body()))
                .map(body -> body.shares().get(question.about()))
                .filter(share -> share.kind() == question.kind())
                .map(RevealBody.Share::value);
    }

    /** Who is at fault so far, in the order in which it came out. */
    public List<Fault> faults() {
        return List.copyOf(faults);
    }
}
