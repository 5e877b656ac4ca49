package io.confide.coordinator.port;

import io.confide.common.model.Digest;

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
        sessions.put(session.number(), session);
    }

    @Override
    public void forget(Digest number) {
        sessions.remove(number);
    }
}
