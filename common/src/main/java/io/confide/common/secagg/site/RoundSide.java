package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.VectorBody;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rounds of one job at one site: one epoch, one round at a time, numbers that only grow. Opening a
 * round erases the secrets of every earlier one.
 */
final class RoundSide {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final NewestModel newest;
    private Optional<SiteEpoch> epoch = Optional.empty();
    private Optional<RoundTurn> turn = Optional.empty();
    private long last;

    RoundSide(SiteSetting setting, ActiveChecks checks) {
        this.setting = setting;
        this.checks = checks;
        this.newest = new NewestModel(setting, checks);
        this.last = setting.ports().records().lastRound(setting.job());
    }

    /** The highest round this site joined or recorded, over all epochs. */
    long last() {
        return last;
    }

    Optional<SiteEpoch> epoch() {
        return epoch;
    }

    /** Enters {@code next} and overwrites what is left of the epoch before. */
    void enter(SiteEpoch next) {
        epoch.ifPresent(SiteEpoch::eraseAll);
        epoch = Optional.of(next);
        turn = Optional.empty();
    }

    /** K12 first, then K8, K9, K10; then the round is this site's last. */
    Reaction open(CoordinatorMessage.Open message) throws RefusedException {
        OpenBody body = checks.requirePresent(Check.K25, OpenBody.parse(message.body().body()));
        requireCoordinator(message.body());
        ContextFields context = body.context();
        RoundFields round = context.round();
        Optional<RoundTurn> same = turn.filter(now -> now.round() == round.round());
        if (same.isPresent()) {
            if (same.get().opening().body().equals(message.body().body())) {
                return same.get().again();
            }
            same.get().report(Check.K12, message.body());
            checks.require(Check.K12, false);
        }
        SiteEpoch current = current(round);
        checks.require(Check.K8, current.hasRound(round.round()) && round.round() > last);
        checkCohort(current, body);
        checkModel(message, context);
        current.eraseRounds(round.round() - 1);
        last = round.round();
        turn = Optional.of(new RoundTurn(setting, checks, current, message, body));
        return new Reaction.Join(
                round.round(),
                Instant.ofEpochMilli(body.deadlineMillis()),
                message.config(),
                message.codec(),
                context.modelHash(),
                message.model());
    }

    private SiteEpoch current(RoundFields round) throws RefusedException {
        SiteEpoch current = checks.requirePresent(Check.K24, epoch);
        checks.require(Check.K8, round.job().equals(setting.job()));
        checks.require(Check.K8, round.epochId().equals(current.facts().epochId()));
        return current;
    }

    private void checkCohort(SiteEpoch current, OpenBody body) throws RefusedException {
        var opened = body.context().opened();
        checks.requireAlways(Check.K9, opened.rosterSize() == setting.roster().size());
        checks.requireAlways(Check.K9, current.facts().accepted().containsAll(opened));
        checks.require(Check.K9, opened.contains(setting.self()));
        checks.require(Check.K9, opened.size() >= current.facts().policy().floor());
        Instant latest = setting.ports().clock().instant().plus(setting.limits().deadlineMax());
        checks.require(Check.K9, body.deadlineMillis() <= latest.toEpochMilli());
    }

    private void checkModel(CoordinatorMessage.Open message, ContextFields context)
            throws RefusedException {
        int most = setting.limits().configBytesMax();
        checks.require(
                Check.K25, message.config().length() <= most && message.codec().length() <= most);
        checks.require(Check.K10, Digest.of(message.config()).equals(context.configHash()));
        checks.require(Check.K10, Digest.of(message.codec()).equals(context.codecHash()));
        checks.require(Check.K10, modelHash(message.model()).equals(context.modelHash().value()));
        newest.show(message.lastModelResult(), context.round().round());
        var origin =
                newest.hash().equals(Optional.of(context.modelHash()))
                        ? ModelRules.Origin.LAST_RESULT
                        : ModelRules.Origin.OTHER;
        var offer =
                new ModelRules.Offer(
                        context.round().round(),
                        context.opened().size(),
                        message.config(),
                        message.codec(),
                        context.modelHash(),
                        origin);
        checks.require(
                Check.K10, setting.ports().rules().check(offer) == ModelRules.Verdict.PERMITTED);
    }

    private static Bytes modelHash(VectorBody model) {
        return switch (model) {
            case VectorBody.Inline inline -> Digest.of(inline.bytes()).value();
            case VectorBody.Chunked chunked -> chunked.hash();
        };
    }

    Reaction propose(CoordinatorMessage.Propose message) throws RefusedException {
        ProposeBody body =
                checks.requirePresent(Check.K25, ProposeBody.parse(message.body().body()));
        requireCoordinator(message.body());
        return new Reaction.Send(turnOf(body.round()).propose(message, body));
    }

    Reaction cert(CoordinatorMessage.Cert message) throws RefusedException {
        CertBody body = checks.requirePresent(Check.K25, CertBody.parse(message.body().body()));
        requireCoordinator(message.body());
        return new Reaction.Send(turnOf(body.context().round()).certified(message, body));
    }

    Reaction fastCert(CoordinatorMessage.FastCert message) throws RefusedException {
        CertBody body = checks.requirePresent(Check.K25, CertBody.parseFast(message.body().body()));
        requireCoordinator(message.body());
        return new Reaction.Send(turnOf(body.context().round()).fastCertified(message, body));
    }

    /** The round this site is in; one it never joined, or has left, is answered by nobody here. */
    private RoundTurn turnOf(RoundFields round) throws RefusedException {
        current(round);
        return checks.requirePresent(Check.K13, turn.filter(now -> now.round() == round.round()));
    }

    /** The round of that number if it still waits for this site's input. */
    RoundTurn joined(long round) throws RefusedException {
        return checks.requirePresent(
                Check.K13,
                turn.filter(now -> now.round() == round)
                        .filter(now -> now.phase() == RoundTurn.Phase.JOINED));
    }

    OptionalLong awaitingInput() {
        return turn.filter(now -> now.phase() == RoundTurn.Phase.JOINED).stream()
                .mapToLong(RoundTurn::round)
                .findFirst();
    }

    /** K26; then the secrets of the round and of all before are overwritten. */
    Reaction result(CoordinatorMessage.Result message) throws RefusedException {
        ResultBody body = checks.requirePresent(Check.K25, ResultBody.parse(message.body().body()));
        requireCoordinator(message.body());
        long round = body.round().round();
        checks.require(Check.K8, body.round().job().equals(setting.job()));
        if (round > last) {
            return new Reaction.Nothing();
        }
        Optional<RoundTurn> over = turn.filter(now -> now.round() == round);
        if (over.isPresent()) {
            current(body.round());
            over.get().checkResult(message.body(), body);
        }
        newest.adoptNewer(message.body(), body);
        if (over.isEmpty()) {
            return new Reaction.Nothing();
        }
        RoundOutcome outcome = RoundOutcome.of(body.status());
        setting.ports().records().recordOutcome(setting.job(), round, outcome);
        epoch.ifPresent(current -> current.eraseRounds(round));
        turn = Optional.empty();
        return new Reaction.Finished(round, outcome);
    }

    private void requireCoordinator(SignedBody signed) throws RefusedException {
        checks.require(Check.K8, checks.keys().isByCoordinator(signed));
    }

    void close() {
        epoch.ifPresent(SiteEpoch::eraseAll);
        epoch = Optional.empty();
        turn = Optional.empty();
    }

    /** For the tests of erasure. */
    Optional<RoundTurn> turn() {
        return turn;
    }
}
