package io.confide.participant.app;

/** What this process calls itself to the coordinator. */
final class Software {
    static final String NAME = "confide-participant 0.1.0";

    private Software() {}
}
