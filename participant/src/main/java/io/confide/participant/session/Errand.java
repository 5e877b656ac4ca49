package io.confide.participant.session;

/** One round's work for the training thread, which asks whether the session still waits for it. */
final class Errand {
    private final long round;
    private volatile Standing standing = Standing.WANTED;

    Errand(long round) {
        this.round = round;
    }

    enum Standing {
        WANTED,
        WITHDRAWN
    }

    long round() {
        return round;
    }

    Standing standing() {
        return standing;
    }

    /** Nothing that comes of it will be used; what is not spent on it yet need not be. */
    void withdraw() {
        standing = Standing.WITHDRAWN;
    }
}
