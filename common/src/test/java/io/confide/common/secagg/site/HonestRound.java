package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** An honest coordinator's round in which sites fall silent at a step of the test's choice. */
final class HonestRound {
    /** How far a site comes; the order is that of the protocol. */
    enum Reach {
        ABSENT,
        NO_UPLOAD,
        NO_SIGN,
        NO_REVEAL,
        LIVE
    }

    /** How the coordinator gets the certificate when every site of the cohort uploaded. */
    enum Path {
        VOTED,
        FAST
    }

    record Outcome(Optional<long[]> sum, List<Integer> included, ResultBody.Status status) {}

    private final Consortium consortium;
    private final RoundProtocol round;
    private final List<Reach> reach;
    private final List<long[]> inputs;
    private Path path = Path.VOTED;
    private final List<Integer> mute = new ArrayList<>();
    private int questions;

    HonestRound(
            Consortium consortium, RoundProtocol round, List<Reach> reach, List<long[]> inputs) {
        this.consortium = consortium;
        this.round = round;
        this.reach = reach;
        this.inputs = inputs;
    }

    static HonestRound of(Consortium consortium, long number, List<Reach> reach) {
        var inputs = new ArrayList<long[]>();
        for (int i = 0; i < consortium.n; i++) {
            inputs.add(consortium.randomInput());
        }
        return new HonestRound(
                consortium, consortium.round(number, consortium.all()), reach, inputs);
    }

    HonestRound via(Path next) {
        path = next;
        return this;
    }

    static List<Reach> everybody(int n) {
        return java.util.Collections.nCopies(n, Reach.LIVE);
    }

    List<long[]> inputs() {
        return inputs;
    }

    RoundProtocol round() {
        return round;
    }

    /** Runs the round to its Result, which every site of U1 gets that is not absent. */
    Outcome run() {
        Outcome outcome = untilResult();
        var newModel =
                outcome.status() == ResultBody.Status.DONE
                        ? Digest.of(Consortium.model(round.opening().round() + 1))
                        : Digest.ZERO;
        var result = round.result(outcome.status(), newModel);
        if (!newModel.equals(Digest.ZERO)) {
            consortium.lastModelResult = Optional.of(result.body());
        }
        reached(Reach.NO_UPLOAD).forEach(site -> consortium.deliver(site, result));
        return outcome;
    }

    Outcome untilResult() {
        collect();
        if (path == Path.FAST) {
            var fast = round.fastCert();
            if (fast.isPresent()) {
                assertEquals(Optional.empty(), round.propose(), "a vote after FastCert");
                return opened(fast.get());
            }
        }
        var propose = round.propose();
        if (propose.isEmpty()) {
            return new Outcome(Optional.empty(), List.of(), ResultBody.Status.TOO_FEW);
        }
        for (int site : reached(Reach.NO_REVEAL)) {
            var sign = consortium.answer(SiteMessage.Sign.class, site, propose.get());
            assertEquals(new Acceptance.Accepted(), round.sign(site, sign));
        }
        List<Integer> included = round.included().orElseThrow().indices();
        var cert = round.cert();
        if (cert.isEmpty()) {
            return new Outcome(Optional.empty(), included, ResultBody.Status.NO_QUORUM);
        }
        return opened(cert.get());
    }

    private Outcome opened(CoordinatorMessage certificate) {
        List<Integer> included = round.included().orElseThrow().indices();
        for (int site : reached(Reach.LIVE)) {
            var honest = consortium.answer(SiteMessage.Reveal.class, site, certificate);
            var lie = consortium.lies.getOrDefault(site, UnaryOperator.identity());
            var reveal = (SiteMessage.Reveal) lie.apply(honest);
            assertEquals(new Acceptance.Accepted(), round.reveal(site, reveal));
        }
        return switch (unmasked()) {
            case Unmasked.Unclear _ ->
                    new Outcome(Optional.empty(), included, ResultBody.Status.NO_SHARES);
            case Unmasked.Sum sum ->
                    new Outcome(Optional.of(sum.words()), included, ResultBody.Status.DONE);
            case Unmasked.Failed failed -> new Outcome(Optional.empty(), included, failed.status());
        };
    }

    /** Asks the holders of every secret that came out wrong (R11), as long as their answers change anything. */
    private Unmasked unmasked() {
        Unmasked end = round.unmask();
        var asked = new ArrayList<Addressed>();
        while (end instanceof Unmasked.Unclear) {
            var next = new ArrayList<>(round.disputes().orElseThrow().questions());
            next.removeAll(asked);
            if (next.isEmpty()) {
                break;
            }
            next.forEach(this::ask);
            asked.addAll(next);
            end = round.unmask();
        }
        questions = asked.size();
        return end;
    }

    private void ask(Addressed question) {
        if (mute.contains(question.site())) {
            return;
        }
        var answer =
                consortium.answer(
                        SiteMessage.BlameAnswer.class, question.site(), question.message());
        assertEquals(
                new Acceptance.Accepted(),
                round.disputes().orElseThrow().accept(question.site(), answer));
    }

    /** How often a holder was asked for a proof. */
    int questions() {
        return questions;
    }

    /** These give no proof. */
    HonestRound mute(Integer... sites) {
        mute.addAll(List.of(sites));
        return this;
    }

    private void collect() {
        var uploads = new TreeMap<Integer, Reaction.Upload>();
        for (int site : reached(Reach.NO_UPLOAD)) {
            if (reach.get(site) == Reach.NO_UPLOAD) {
                consortium.deliver(site, round.open());
            } else {
                uploads.put(site, consortium.upload(site, round.open(), inputs.get(site)));
            }
        }
        uploads.forEach(
                (site, upload) -> {
                    assertEquals(
                            new Acceptance.Accepted(),
                            round.fold(site, upload.message().header(), upload.vector()));
                });
    }

    private List<Integer> reached(Reach least) {
        var sites = new ArrayList<Integer>();
        for (int site : round.opening().cohort().indices()) {
            if (reach.get(site).compareTo(least) >= 0) {
                sites.add(site);
            }
        }
        return sites;
    }
}
