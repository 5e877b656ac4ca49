package io.confide.common.model;

/** What is done to an update before its elements are rounded (PROTOCOL.md §4). */
public enum Rotation {
    /** Nothing: every element may be as large as the clip norm. */
    NONE,
    /** A public random rotation that spreads the update evenly, so that its elements need a far smaller range. */
    HADAMARD
}
