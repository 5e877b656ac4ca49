package io.confide.coordinator.driver;

/** What befalls a simulated site, and when: before it would send {@code step} of {@code round}. */
record Fate(long round, Step step, Kind kind) {
    static final Fate NONE = new Fate(-1, Step.UPLOAD, Kind.DIES);

    enum Step {
        UPLOAD,
        SIGN,
        REVEAL,
        /** After the upload, before anything else. */
        AFTER_UPLOAD
    }

    enum Kind {
        /** The process is gone for good. */
        DIES,
        /** The process is gone and a new one comes. */
        RESTARTS,
        /** The connection breaks and comes back within the grace; nothing is lost. */
        BLINKS,
        /** The process lives, but its connection is gone until another coordinator asks for it. */
        WANDERS
    }
}
