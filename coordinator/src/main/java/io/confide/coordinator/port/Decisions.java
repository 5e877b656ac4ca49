package io.confide.coordinator.port;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.ConfideException;

import java.util.Optional;

/** What people may do, and the record of what they did. */
public interface Decisions {
    /**
     * Returns whether {@code actor} may, without a record: a page that refreshes itself does not fill the log. A denial is to
     * be given to {@link #require}. Never blocks.
     */
    Verdict decide(Actor actor, Action action, Target target);

    /**
     * Returns if {@code actor} may; writes the verdict to the event log first. For what changes something, for what is read
     * once, and for every denial. Blocks.
     *
     * @throws ConfideException DENIED with every reason; TOO_OFTEN if the actor has so many verdicts written that this one is
     *     only counted, whatever it is
     */
    void require(Actor actor, Action action, Target target);

    /**
     * Writes to the event log that {@code actor} does {@code action}, e.g. {@code session.open}. Blocks.
     *
     * @throws ConfideException TOO_OFTEN, and then it must not be done
     */
    void happened(Actor actor, String action, String target);

    /** How somebody asks to be let in. */
    enum Way {
        PASSWORD,
        TOKEN,
        SIGN_ON
    }

    /**
     * Writes to the event log that somebody was not let in, or counts it if there are many. Blocks.
     *
     * @param account the account that was named, if it exists: what people type instead of a name is not kept
     */
    void refusedSignIn(Way way, Optional<String> account);

    /** Writes what was counted instead of written, one event for each actor. Blocks. */
    void tellOmitted();
}
