package io.confide.coordinator.port;

import io.confide.common.model.Digest;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sessions that outlive whoever uses them, but not this object. */
public class InMemorySessions implements SessionStore {
    private final Map<Digest, Stored> sessions = new LinkedHashMap<>();

    @Override
    public List<Stored> all() {
        return List.copyOf(sessions.values());
    }

    @Override
    public void keep(Stored session) {
        if (sessions.putIfAbsent(session.number(), session) != null) {
            throw new IllegalStateException("taken");
        }
    }

    @Override
    public void used(Digest number, Instant when) {
        sessions.computeIfPresent(
                number, (_, old) -> old.used().isBefore(when) ? at(old, when) : old);
    }

    private static Stored at(Stored old, Instant when) {
        return new Stored(
                old.number(), old.account(), old.credential(), old.opened(), when, old.seal());
    }

    @Override
    public void forget(Digest number) {
        sessions.remove(number);
    }

    @Override
    public void forgetUnused(Digest number, Instant since) {
        var old = sessions.get(number);
        if (old != null && old.used().toEpochMilli() <= since.toEpochMilli()) {
            sessions.remove(number);
        }
    }
}
