package io.confide.common.governance;

import io.confide.common.files.Json;
import io.confide.common.files.Words;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened or was decided. Holds hashes and counts only, never personal data, so that
 * erasure never fights the log.
 *
 * @param action e.g. {@code training.start}
 * @param decision {@code permit} or {@code deny} if this is a verdict
 * @param reasons codes of a denial
 * @param details more facts of this kind of event, as JSON
 */
public record Event(
        Instant time,
        String actor,
        String action,
        String target,
        Optional<String> decision,
        List<String> reasons,
        Json.Obj details) {
    public Event {
        reasons = List.copyOf(reasons);
    }

    /** A verdict of {@link Decider#decide} as an event. */
    public static Event of(
            Instant now, Actor actor, Action action, Target target, Verdict verdict) {
        var decision =
                switch (verdict) {
                    case Verdict.Permit _ -> "permit";
                    case Verdict.Deny _ -> "deny";
                };
        List<String> reasons =
                switch (verdict) {
                    case Verdict.Permit _ -> List.of();
                    case Verdict.Deny deny ->
                            deny.reasons().stream().map(r -> Words.of(r.code())).toList();
                };
        return new Event(
                now,
                actor.id(),
                action.word(),
                target.id(),
                Optional.of(decision),
                reasons,
                Json.object());
    }

    /** Something that happened, e.g. {@code grant.create}. */
    public static Event of(Instant now, String actor, String action, String target) {
        return new Event(now, actor, action, target, Optional.empty(), List.of(), Json.object());
    }

    public Event with(Json.Obj more) {
        return new Event(time, actor, action, target, decision, reasons, more);
    }

    /** What is hashed, under sequence number {@code sequence}. */
    Json.Obj json(long sequence) {
        Json.Obj json =
                Json.object()
                        .with("seq", sequence)
                        .with("time", time.toString())
                        .with("actor", actor)
                        .with("action", action)
                        .with("target", target);
        if (decision.isPresent()) {
            json = json.with("decision", decision.get());
        }
        if (!reasons.isEmpty()) {
            json = json.with("reasons", Json.texts(reasons));
        }
        return details.members().isEmpty() ? json : json.with("details", details);
    }
}
