package io.confide.common.wire;

/** Received bytes are not a message of this protocol version (K25). The message names the field, never its value. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    public WireException(String what) {
        super(what);
    }

    public WireException(String what, Throwable cause) {
        super(what, cause);
    }
}
