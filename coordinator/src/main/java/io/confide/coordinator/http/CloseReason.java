package io.confide.coordinator.http;

/** Why the coordinator closes a control connection: the WebSocket close code and a word for the log. */
enum CloseReason {
    /** A newer connection of the same site took over. */
    REPLACED(4000),
    /** A message that is not one of this protocol version, or out of order. */
    BAD_MESSAGE(4001),
    /** The first message was not a Greeting, or none came in time. */
    NO_GREETING(4002),
    /** Nothing was heard for too long. */
    SILENT(4003),
    /** The site does not read fast enough. */
    SLOW(4004),
    /** Too much waits for an acknowledgement; the session is over. */
    SESSION_FULL(4005),
    /** The site's clock is more than a minute off. */
    CLOCK_SKEW(4006),
    /** The coordinator stops, or failed at this message. */
    GOING_AWAY(1001);

    private final int code;

    CloseReason(int code) {
        this.code = code;
    }

    short code() {
        return (short) code;
    }
}
