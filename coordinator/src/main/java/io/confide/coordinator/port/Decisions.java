package io.confide.coordinator.port;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Target;
import io.confide.common.model.ConfideException;

/** What people may do, and the record of what they did. */
public interface Decisions {
    /**
     * Returns if {@code actor} may; for what changes nothing, so that a page that refreshes itself does not fill the log.
     * Never blocks.
     *
     * @throws ConfideException DENIED with every reason
     */
    void allow(Actor actor, Action action, Target target);

    /** As {@link #allow}, and writes the verdict to the event log first; for what changes something. Blocks. */
    void require(Actor actor, Action action, Target target);

    /** Writes to the event log that {@code actor} did {@code action}, e.g. {@code session.open}. Blocks. */
    void happened(Actor actor, String action, String target);
}
