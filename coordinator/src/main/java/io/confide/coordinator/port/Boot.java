package io.confide.coordinator.port;

import java.util.UUID;

/**
 * One life of what adds inputs up in a process: it ends with the process, or earlier if nobody may rely on its sums any more
 * (PROTOCOL.md R2, R3). The next life of the same member is another one.
 */
public record Boot(UUID id) {
    public static Boot of(String text) {
        return new Boot(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
