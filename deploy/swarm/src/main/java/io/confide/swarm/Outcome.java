package io.confide.swarm;

import java.util.List;
import java.util.Optional;

/**
 * How a world ended.
 *
 * @param digest of its whole trace
 * @param lines the last of the trace
 */
public record Outcome(
        Scenario scenario,
        Optional<Violation> violation,
        long digest,
        Tally tally,
        List<String> lines) {
    public Outcome {
        lines = List.copyOf(lines);
    }
}
