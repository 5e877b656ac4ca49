package io.confide.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

/** The same seed is the same world, whatever ran before it in this process. */
class DeterminismTest {
    private static final int WORLDS = 40;

    @Test
    void aSeedIsOneWorld() {
        var one = new Swarm();
        var other = new Swarm();
        for (long seed = WORLDS; seed > 0; seed--) {
            one.replay(seed);
        }
        for (long seed = 1; seed <= WORLDS; seed++) {
            var first = one.replay(seed);
            var second = other.replay(seed);
            assertEquals(first.digest(), second.digest(), "seed " + seed);
            assertEquals(first.lines(), second.lines());
        }
    }

    @Test
    void anotherSeedIsAnotherWorld() {
        var swarm = new Swarm();
        assertNotEquals(swarm.replay(1).digest(), swarm.replay(2).digest());
    }

    /** Nothing that differs between processes (salts of sets and maps, identity hashes) reaches a decision. */
    @Test
    void theWorldsAreThoseOfOtherProcesses() {
        var swarm = new Swarm();
        var digests =
                List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L).stream()
                        .map(seed -> Long.toHexString(swarm.replay(seed).digest()))
                        .toList();
        assertEquals(digests, OtherProcess.digests(8));
    }
}
