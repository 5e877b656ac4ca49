package io.confide.common.wire;

/** Too many frames wait for an acknowledgement: the session is over. */
public final class SessionFullException extends Exception {
    private static final long serialVersionUID = 1L;

    public SessionFullException() {
        super(
                "more than %d frames wait for an acknowledgement"
                        .formatted(WireLimits.UNACKNOWLEDGED_MAX));
    }
}
