package io.confide.coordinator.driver;

import io.confide.common.files.Json;
import io.confide.common.files.Words;
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

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Asks {@code decide()} and writes the verdict to the event log before anybody acts on it. What people cause to be written is
 * bounded ({@link RecordLimit}); what the coordinator does in its own name is not. Thread-safe.
 */
public final class Governor implements Decisions, AutoCloseable {
    /** The coordinator process in its own name. */
    static final Actor COORDINATOR = Actor.of("coordinator", Role.COORDINATOR);

    /** Somebody who is nobody here: a name that no account and no site can have. */
    private static final String STRANGER = "stranger/";

    private final Decider decider = new Decider(Facts.atCoordinator());
    private final RecordLimit limit = new RecordLimit();
    private final EventLog log;
    private final InstantSource clock;

    public Governor(EventLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public Verdict decide(Actor actor, Action action, Target target) {
        return decider.decide(actor, action, target, clock.instant());
    }

    @Override
    public void require(Actor actor, Action action, Target target) {
        var now = clock.instant();
        var verdict = decider.decide(actor, action, target, now);
        if (!actor.equals(COORDINATOR)) {
            requireRoom(actor, action.word(), verdict, now);
        }
        log.append(Event.of(now, actor, action, target, verdict));
        enforce(verdict);
    }

    @Override
    public void happened(Actor actor, String action, String target) {
        var now = clock.instant();
        requireRoom(actor, action, new Verdict.Permit(List.of()), now);
        log.append(Event.of(now, actor.id(), action, target));
    }

    @Override
    public void refusedSignIn(Way way, Optional<String> account) {
        var now = clock.instant();
        String stranger = STRANGER + Words.of(way);
        switch (limit.take(RecordLimit.Kind.STRANGER, stranger, "", now)) {
            case COUNT -> {}
            case WRITE ->
                    log.append(
                            denial(
                                    now,
                                    stranger,
                                    "session.open",
                                    account.map(name -> "account/" + name).orElse("account"),
                                    "not-known",
                                    Json.object()));
        }
    }

    @Override
    public void tellOmitted() {
        for (String actor : limit.omitted()) {
            limit.takeOmitted(actor).ifPresent(omitted -> tell(actor, omitted));
        }
    }

    private void tell(String actor, RecordLimit.Omitted omitted) {
        var details =
                Json.object()
                        .with("times", omitted.times())
                        .with("since", omitted.since().toString());
        boolean told = false;
        try {
            log.append(
                    denial(
                            clock.instant(),
                            actor,
                            "refusals.count",
                            "coordinator",
                            "too-often",
                            details));
            told = true;
        } finally {
            if (!told) {
                limit.omit(actor, omitted);
            }
        }
    }

    /** Writes down what was only counted; the log itself is closed by whoever opened it. */
    @Override
    public void close() {
        tellOmitted();
    }

    private static Event denial(
            Instant now,
            String actor,
            String action,
            String target,
            String reason,
            Json.Obj details) {
        return new Event(now, actor, action, target, Optional.of("deny"), List.of(reason), details);
    }

    private void requireRoom(Actor actor, String action, Verdict verdict, Instant now) {
        switch (verdict) {
            case Verdict.Permit _ -> {
                if (limit.take(RecordLimit.Kind.PERMIT, actor.id(), action, now)
                        == RecordLimit.Answer.COUNT) {
                    throw new ConfideException(
                            ErrorCode.TOO_OFTEN,
                            "You ask for this so often that the event log does not take it; try"
                                    + " again in a few seconds.");
                }
            }
            case Verdict.Deny deny -> {
                if (limit.take(RecordLimit.Kind.DENIAL, actor.id(), action, now)
                        == RecordLimit.Answer.COUNT) {
                    throw new ConfideException(
                            ErrorCode.TOO_OFTEN,
                            String.join(" ", deny.sentences())
                                    + " You were refused so often that the event log only counts it"
                                    + " now; ask again in a few minutes.");
                }
            }
        }
    }

    private static void enforce(Verdict verdict) {
        if (verdict instanceof Verdict.Deny deny) {
            throw new ConfideException(ErrorCode.DENIED, String.join(" ", deny.sentences()));
        }
    }
}
