package io.confide.common.model;

/** A failure that a person must read: one sentence that says what, where and how to fix it. */
public final class ConfideException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ConfideException(ErrorCode code, String sentence) {
        super(sentence);
        this.code = code;
    }

    public ConfideException(ErrorCode code, String sentence, Throwable cause) {
        super(sentence, cause);
        this.code = code;
    }

    /** What a person reads; never null. */
    public String sentence() {
        return String.valueOf(getMessage());
    }

    public ErrorCode code() {
        return code;
    }
}
