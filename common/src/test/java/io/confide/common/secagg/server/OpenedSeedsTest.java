package io.confide.common.secagg.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.crypto.Seed;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;

class OpenedSeedsTest {
    private final SecureRandom random = new SecureRandom();
    private final OpenedSeeds seeds = new OpenedSeeds();

    /** A sum is opened again with other shares after an attempt that did not say who lied. */
    @Test
    void whatAnAttemptBeforeKeptIsErasedWhenItIsReplaced() {
        var first = Seed.generate(random);
        var second = Seed.generate(random);
        seeds.self(1, first);
        seeds.pair(4, 1, first);
        var self = seeds.self().get(1);
        var pair = seeds.pairs().get(4).get(1);
        seeds.self(1, second);
        seeds.pair(4, 1, second);
        assertThrows(IllegalStateException.class, self::reveal);
        assertThrows(IllegalStateException.class, pair::reveal);
        assertEquals(second, seeds.self().get(1));
        assertEquals(second, seeds.pairs().get(4).get(1));
        seeds.erase();
        assertEquals(second.digest(), second.copy().digest());
        assertThrows(IllegalStateException.class, () -> seeds.self().get(1).reveal());
    }
}
