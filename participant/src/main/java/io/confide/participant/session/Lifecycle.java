package io.confide.participant.session;

import io.confide.common.model.ConfideException;

/** What whoever started a session hears of it; called on the session's thread. */
public interface Lifecycle {
    /** The coordinator has answered, and its clock is right. */
    void connected();

    /** The connection is gone for now. */
    void lost();

    /** An attempt to connect has failed, and the next one will come; {@code why} is for the operator. */
    default void unreachable(String why) {}

    /** The session has ended itself: it cannot do its work honestly any more. */
    void ended(ConfideException reason);
}
