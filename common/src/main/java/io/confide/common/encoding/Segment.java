package io.confide.common.encoding;

/** One named part of a round's payload. */
public sealed interface Segment {
    String name();

    int length();

    /** Signed reals clipped to [-range, range], {@code bits} of precision each. */
    record Reals(String name, int length, double range, int bits) implements Segment {}

    /** Non-negative integers below 2^40. */
    record Counts(String name, int length) implements Segment {}
}
