package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.AbortBody;
import io.confide.common.secagg.BlameBody;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** The rounds of one job at one site: which are opened, helped to open, and over. Their numbers only grow. */
final class RoundSide {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final NewestModel newest;
    private final Openings openings;
    private final KeptUploads kept;
    private final HeldRounds held;

    RoundSide(SiteSetting setting, ActiveChecks checks) {
        this.setting = setting;
        this.checks = checks;
        this.newest = new NewestModel(setting, checks);
        this.openings = new Openings(setting, checks, newest);
        this.kept = new KeptUploads(setting);
        this.held = new HeldRounds(setting.ports().records().lastRound(setting.job()));
    }

    /** The highest round this site joined, stood in for, gave up or recorded, over all epochs. */
    long last() {
        return held.last();
    }

    /** The epoch that rounds are opened in. */
    Optional<SiteEpoch> epoch() {
        return held.current();
    }

    void enter(SiteEpoch next) {
        held.enter(next);
    }

    /**
     * K12 first, then K8, K9, K10; then the round is this site's last. A process that was not there when its site joined sends
     * what was recorded then.
     */
    Reaction open(CoordinatorMessage.Open message) throws RefusedException {
        OpenBody body = checks.requirePresent(Check.K25, OpenBody.parse(message.body().body()));
        requireCoordinator(message.body());
        ContextFields context = body.context();
        RoundFields round = context.round();
        Optional<RoundTurn> same = held.turn(round.round()).filter(RoundTurn::isJoined);
        if (same.isPresent()) {
            if (same.get().opening().body().equals(message.body().body())) {
                kept.askedAgain(round.round());
                return same.get().again();
            }
            same.get().report(Check.K12, message.body());
            checks.require(Check.K12, false);
        }
        Optional<Reaction.Upload> recorded = kept.again(context);
        if (recorded.isPresent()) {
            return recorded.get();
        }
        SiteEpoch epoch = epochOf(round);
        checks.require(Check.K8, held.isOpenable(epoch));
        checks.require(Check.K8, epoch.hasRound(round.round()) && round.round() > held.last());
        openings.check(epoch, message, body);
        held.open(RoundTurn.joined(setting, checks, epoch, message, body), epoch);
        kept.forget(round.round() - 2);
        return new Reaction.Join(
                round.round(),
                Instant.ofEpochMilli(body.deadlineMillis()),
                message.config(),
                message.codec(),
                context.modelHash(),
                message.model());
    }

    /** An epoch of this process, by the id in a message. */
    private SiteEpoch epochOf(RoundFields round) throws RefusedException {
        checks.requirePresent(Check.K24, held.current());
        checks.require(Check.K8, round.job().equals(setting.job()));
        return checks.requirePresent(Check.K8, held.epoch(round.epochId()));
    }

    /** Only a site that joined the round signs (K22). */
    Reaction propose(CoordinatorMessage.Propose message) throws RefusedException {
        ProposeBody body =
                checks.requirePresent(Check.K25, ProposeBody.parse(message.body().body()));
        requireCoordinator(message.body());
        requireNotOver(body.round());
        RoundTurn turn =
                checks.requirePresent(
                        Check.K13, held.turn(body.round().round()).filter(RoundTurn::isJoined));
        return new Reaction.Send(turn.propose(message, body));
    }

    Reaction cert(CoordinatorMessage.Cert message) throws RefusedException {
        CertBody body = checks.requirePresent(Check.K25, CertBody.parse(message.body().body()));
        requireCoordinator(message.body());
        requireNotOver(body.context().round());
        return reveal(message.body(), body, turn -> turn.certified(message, body));
    }

    Reaction fastCert(CoordinatorMessage.FastCert message) throws RefusedException {
        CertBody body = checks.requirePresent(Check.K25, CertBody.parseFast(message.body().body()));
        requireCoordinator(message.body());
        requireNotOver(body.context().round());
        return reveal(message.body(), body, turn -> turn.fastCertified(message, body));
    }

    /** R11: proves a share that left in the reveal of this round, and no other; the same bytes if asked again. */
    Reaction blame(CoordinatorMessage.Blame message) throws RefusedException {
        BlameBody question =
                checks.requirePresent(Check.K25, BlameBody.parse(message.body().body()));
        requireCoordinator(message.body());
        requireNotOver(question.round());
        SiteEpoch epoch = epochOf(question.round());
        Optional<Bytes> revealed =
                held.turn(question.round().round())
                        .flatMap(turn -> turn.revealedShare(question.about(), question.kind()));
        checks.requireAlways(Check.R11, epoch.hasLeaf(question.about()));
        checks.require(Check.R11, revealed.isPresent());
        Bytes share = revealed.orElseGet(() -> epoch.shareBytes(question));
        Bytes body = epoch.proof(question, share).bytes();
        return new Reaction.Send(
                new SiteMessage.BlameAnswer(
                        setting.job(), new SignedBody(body, setting.identity().sign(body))));
    }

    private interface Answer {
        SiteMessage.Reveal by(RoundTurn turn) throws RefusedException;
    }

    /** K22: who has no context for the round takes that of the certificate, and gives up every round before. */
    private Reaction reveal(SignedBody asked, CertBody body, Answer answer)
            throws RefusedException {
        RoundFields round = body.context().round();
        Optional<RoundTurn> known = held.turn(round.round());
        if (known.isPresent()) {
            return new Reaction.Send(answer.by(known.get()));
        }
        SiteEpoch epoch = epochOf(round);
        SiteSet opened = body.context().opened();
        checks.requireAlways(Check.K22, opened.rosterSize() == setting.roster().size());
        checks.require(Check.K22, epoch.facts().accepted().containsAll(opened));
        RoundTurn turn = RoundTurn.standingIn(setting, checks, epoch, asked, body.context());
        SiteMessage.Reveal shares = answer.by(turn);
        held.standIn(turn);
        return new Reaction.Send(shares);
    }

    /** K27 and K23: nothing is answered any more in a round that this site gave up, or whose shares are overwritten. */
    private void requireNotOver(RoundFields round) throws RefusedException {
        SiteEpoch epoch = epochOf(round);
        checks.require(Check.K8, epoch.hasRound(round.round()));
        checks.require(Check.K27, !epoch.marks().isAborted(round.round()));
        checks.require(Check.K23, !epoch.isOver(round.round()));
    }

    /** The round of that number if it still waits for this site's input. */
    RoundTurn joined(long round) throws RefusedException {
        return checks.requirePresent(
                Check.K13, held.turn(round).filter(now -> now.phase() == RoundTurn.Phase.JOINED));
    }

    void release(long round) {
        held.turn(round).ifPresent(RoundTurn::release);
    }

    OptionalLong awaitingInput() {
        return held.awaitingInput();
    }

    /** K26 and K27; then the secrets of the round and of all before are overwritten. */
    Reaction result(CoordinatorMessage.Result message) throws RefusedException {
        ResultBody body = checks.requirePresent(Check.K25, ResultBody.parse(message.body().body()));
        requireCoordinator(message.body());
        long round = body.round().round();
        checks.require(Check.K8, body.round().job().equals(setting.job()));
        Optional<SiteEpoch> epoch =
                held.epoch(body.round().epochId()).filter(known -> known.hasRound(round));
        boolean failed = body.status() != ResultBody.Status.DONE;
        if (epoch.isEmpty() && kept.isPending(body.round())) {
            return afterRestart(message.body(), body);
        }
        if (failed && epoch.isPresent()) {
            return failed(message.body(), body, epoch.get());
        }
        if (failed || round > held.last()) {
            return new Reaction.Nothing();
        }
        Optional<RoundTurn> over = held.turn(round);
        if (over.isPresent()) {
            checks.require(Check.K8, epoch.isPresent());
            over.get().checkResult(message.body(), body);
        }
        newest.adoptNewer(message.body(), body);
        epoch.ifPresent(known -> known.marks().accept(round));
        if (epoch.isEmpty() || epoch.get().isOver(round)) {
            return new Reaction.Nothing();
        }
        return end(body, Optional.empty(), over.flatMap(turn -> turn.receipt(message.body())));
    }

    /** The end of a round that only a process before this one was in: K24 leaves nothing to answer. */
    private Reaction afterRestart(SignedBody message, ResultBody body) throws RefusedException {
        if (body.status() == ResultBody.Status.DONE) {
            newest.adoptNewer(message, body);
        }
        long round = body.round().round();
        RoundOutcome outcome = over(round, body, Optional.empty());
        return new Reaction.Finished(round, outcome, Optional.empty());
    }

    /** K27: a site that revealed nothing in the round promises that it never will; the same bytes if asked again. */
    private Reaction failed(SignedBody message, ResultBody body, SiteEpoch epoch)
            throws RefusedException {
        long round = body.round().round();
        Optional<RoundTurn> over = held.turn(round);
        if (over.isPresent()) {
            over.get().checkResult(message, body);
        }
        Optional<SiteMessage.Abort> abort =
                mayAbort(epoch, round) ? Optional.of(abort(body.round())) : Optional.empty();
        if (abort.isPresent() && !checks.isOn(Check.K27)) {
            return new Reaction.Send(abort.get());
        }
        boolean known = epoch.isOver(round);
        abort.ifPresent(_ -> epoch.marks().abort(round));
        if (known) {
            held.end(round);
            return abort.<Reaction>map(Reaction.Send::new).orElseGet(Reaction.Nothing::new);
        }
        return end(body, abort, Optional.empty());
    }

    private SiteMessage.Abort abort(RoundFields round) {
        Bytes body = new AbortBody(round, setting.self()).bytes();
        return new SiteMessage.Abort(
                setting.job(), new SignedBody(body, setting.identity().sign(body)));
    }

    private boolean mayAbort(SiteEpoch epoch, long round) {
        RoundMarks marks = epoch.marks();
        SecAggPolicy policy = epoch.facts().policy();
        boolean signatureIsHarmless = policy.k() == 0 && policy.t() == policy.q();
        return !marks.isRevealed(round)
                && !marks.isDone(round)
                && (signatureIsHarmless || !marks.isSigned(round));
    }

    private Reaction end(
            ResultBody body, Optional<SiteMessage.Abort> abort, Optional<Receipt> receipt) {
        long round = body.round().round();
        RoundOutcome outcome = over(round, body, receipt);
        held.end(round);
        return new Reaction.Finished(round, outcome, abort);
    }

    private RoundOutcome over(long round, ResultBody body, Optional<Receipt> receipt) {
        RoundOutcome outcome = RoundOutcome.of(body.status());
        setting.ports().records().recordOutcome(setting.job(), round, outcome, receipt);
        kept.forget(round);
        return outcome;
    }

    private void requireCoordinator(SignedBody signed) throws RefusedException {
        checks.require(Check.K8, checks.keys().isByCoordinator(signed));
    }

    void close() {
        held.eraseAll();
    }

    /** For the tests of erasure. */
    HeldRounds held() {
        return held;
    }
}
