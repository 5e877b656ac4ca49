package io.confide.coordinator.driver;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Decider;
import io.confide.common.governance.Event;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Facts;
import io.confide.common.governance.Role;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.Decisions;

import java.time.InstantSource;

/** Asks {@code decide()} and writes the verdict to the event log before anybody acts on it. */
public final class Governor implements Decisions {
    /** The coordinator process in its own name. */
    static final Actor COORDINATOR = Actor.of("coordinator", Role.COORDINATOR);

    private final Decider decider = new Decider(Facts.atCoordinator());
    private final EventLog log;
    private final InstantSource clock;

    public Governor(EventLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void allow(Actor actor, Action action, Target target) {
        enforce(decider.decide(actor, action, target, clock.instant()));
    }

    @Override
    public void require(Actor actor, Action action, Target target) {
        var now = clock.instant();
        var verdict = decider.decide(actor, action, target, now);
        log.append(Event.of(now, actor, action, target, verdict));
        enforce(verdict);
    }

    @Override
    public void happened(Actor actor, String action, String target) {
        log.append(Event.of(clock.instant(), actor.id(), action, target));
    }

    private static void enforce(Verdict verdict) {
        if (verdict instanceof Verdict.Deny deny) {
            throw new ConfideException(ErrorCode.DENIED, String.join(" ", deny.sentences()));
        }
    }
}
