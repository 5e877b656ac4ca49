package io.confide.swarm;

import org.junit.jupiter.api.Test;

/**
 * Twenty times the worlds of {@link SwarmTest}: some faults meet in one of thousands only, as those of the scenario {@code
 * round-ends-in-the-commit-that-certifies-it}, of which five came in twenty thousand worlds.
 */
class ManyWorldsIT {
    private static final long WORLDS = 20_000;

    @Test
    void noneOfTwentyThousandWorldsBreaksAnInvariant() throws Exception {
        ManyWorlds.run(1, WORLDS, Runtime.getRuntime().availableProcessors());
    }
}
