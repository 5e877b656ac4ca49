package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.time.Instant;
import java.util.List;

/**
 * The sessions of people with an account, for a coordinator that is started again and for all members of one that is several
 * processes. Blocking.
 */
public interface SessionStore {
    /** Keeps nothing: with the process every session ends. */
    SessionStore NOTHING =
            new SessionStore() {
                @Override
                public List<Stored> all() {
                    return List.of();
                }

                @Override
                public void keep(Stored session) {}

                @Override
                public void used(Digest number, Instant when) {}

                @Override
                public void forget(Digest number) {}

                @Override
                public void forgetUnused(Digest number, Instant since) {}
            };

    /**
     * @param number SHA-256 of the random number that only the browser knows
     * @param credential SHA-256 of the mark of what was shown for it
     * @param used when its person was last there, to a minute
     * @param seal by which its coordinator knows it again
     */
    record Stored(
            Digest number,
            String account,
            Digest credential,
            Instant opened,
            Instant used,
            Bytes seal) {}

    /** In no order. */
    List<Stored> all();

    /** Keeps a new session. */
    void keep(Stored session);

    /**
     * Notes when the person of {@code number} was last there, unless a later moment is on record; what is forgotten stays
     * forgotten.
     */
    void used(Digest number, Instant when);

    /** Nothing happens if there is none. */
    void forget(Digest number);

    /** Forgets {@code number} unless its person is on record as having been there after {@code since}, to a millisecond. */
    void forgetUnused(Digest number, Instant since);
}
