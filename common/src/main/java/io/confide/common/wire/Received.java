package io.confide.common.wire;

/** What a session makes of a received frame. */
public sealed interface Received<B> {
    /** New: handle it. */
    record Deliver<B>(B body) implements Received<B> {}

    /** Seen before: only its acknowledgement counted. */
    record Duplicate<B>() implements Received<B> {}

    /** The peer does not keep to the session; close the connection. */
    record Broken<B>(String reason) implements Received<B> {}
}
