package io.confide.coordinator.port;

/** Who leads a job now: a higher token makes every lower one powerless. */
public record FencingToken(long value) {
    public FencingToken {
        if (value < 1) {
            throw new IllegalArgumentException("fencing tokens count from 1");
        }
    }
}
