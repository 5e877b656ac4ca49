package io.confide.common.secagg.site;

import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Subject;

import java.util.Optional;

/** The set-up of epochs at one site: at most one attempt at a time, and a new one erases the old. */
final class SetupSide {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final KeySource keys;
    private Optional<CoordinatorMessage.Proposal> proposed = Optional.empty();
    private Optional<EpochAttempt> attempt = Optional.empty();
    private Optional<CoordinatorMessage.EpochCert> entered = Optional.empty();
    private Life life = Life.OPEN;

    private enum Life {
        OPEN,
        CLOSED
    }

    SetupSide(SiteSetting setting, ActiveChecks checks, KeySource keys) {
        this.setting = setting;
        this.checks = checks;
        this.keys = keys;
    }

    /** S0: draws everything anew, unless the same proposal is only repeated. */
    Reaction proposal(CoordinatorMessage.Proposal message, long lastRound) throws RefusedException {
        checks.requireAlways(Check.K24, life == Life.OPEN);
        if (attempt.isPresent() && proposed.equals(Optional.of(message))) {
            return new Reaction.Send(attempt.get().hello());
        }
        var past = new Terms.Past(setting.ports().records().lastEpoch(setting.job()), lastRound);
        Terms terms = Terms.agree(setting, checks, past, message);
        discard();
        var started = new EpochAttempt(setting, checks, keys, terms);
        attempt = Optional.of(started);
        proposed = Optional.of(message);
        return new Reaction.Send(started.hello());
    }

    Reaction hellos(CoordinatorMessage.Hellos message) throws RefusedException {
        return new Reaction.Send(current(Check.K2).seed(message));
    }

    Reaction seeds(CoordinatorMessage.Seeds message) throws RefusedException {
        return new Reaction.Send(current(Check.K3).kem(message));
    }

    Reaction kems(CoordinatorMessage.Kems message) throws RefusedException {
        return new Reaction.Send(current(Check.K4).deal(message));
    }

    Reaction deals(CoordinatorMessage.Deals message) throws RefusedException {
        return new Reaction.Send(current(Check.K5).deals(message));
    }

    Reaction summary(CoordinatorMessage.Summary message) throws RefusedException {
        return new Reaction.Send(current(Check.K6).confirm(message));
    }

    boolean isRepeated(CoordinatorMessage.EpochCert message) {
        return entered.equals(Optional.of(message));
    }

    EpochAttempt.Completed certified(CoordinatorMessage.EpochCert message) throws RefusedException {
        EpochAttempt confirmed = current(Check.K7);
        EpochAttempt.Completed epoch = confirmed.complete(message);
        attempt = Optional.empty();
        proposed = Optional.empty();
        entered = Optional.of(message);
        return epoch;
    }

    /** The set-up in progress, if there is one. */
    Subject subject() {
        return proposed.map(Subject::of).orElseGet(Subject.Untold::new);
    }

    void close() {
        discard();
        life = Life.CLOSED;
    }

    private EpochAttempt current(Check check) throws RefusedException {
        return checks.requirePresent(check, attempt);
    }

    private void discard() {
        attempt.ifPresent(EpochAttempt::erase);
        attempt = Optional.empty();
        proposed = Optional.empty();
    }
}
