package io.confide.common.secagg.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.secagg.graph.Hypergeometric.Draw;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HypergeometricTest {
    @Test
    void decidesEqualityInWholeNumbers() {
        var two = new Hypergeometric(2);
        assertTrue(two.isTailAtMost(new Draw(1, 1), 0, 1, 1));
        assertFalse(two.isTailAtMost(new Draw(1, 1), 0, 2, 1));
        assertFalse(two.isTailAtMost(new Draw(1, 1), 0, 1, 2));
        // Pr[X > 3] = 1 / C(8, 4) = 1/70.
        var eight = new Hypergeometric(8);
        assertTrue(eight.isTailAtMost(new Draw(4, 4), 3, 35, 1));
        assertFalse(eight.isTailAtMost(new Draw(4, 4), 3, 36, 1));
    }

    @Test
    void nothingIsAboveAndEverythingWithinTheSupport() {
        var tails = new Hypergeometric(10);
        assertTrue(tails.isTailAtMost(new Draw(3, 9), 3, 1000, 100));
        assertTrue(tails.isTailAtMost(new Draw(3, 9), 1, 1, 0));
        assertFalse(tails.isTailAtMost(new Draw(3, 9), 1, 1, 1));
    }

    @Property
    void answersAsWholeNumbersDo(
            @ForAll @IntRange(min = 1, max = 300) int n,
            @ForAll @IntRange(max = 300) int marked,
            @ForAll @IntRange(max = 300) int drawn,
            @ForAll @IntRange(max = 100) int c,
            @ForAll @IntRange(max = 60) int bits) {
        var tails = new Hypergeometric(n);
        var draw = new Draw(Math.min(n, marked), Math.min(n, drawn));
        assertEquals(
                tails.isExactTailAtMost(draw, c, n, bits), tails.isTailAtMost(draw, c, n, bits));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "65536, 1, 1"})
    void refusesOtherPopulations(int n, int marked, int drawn) {
        assertThrows(IllegalArgumentException.class, () -> new Hypergeometric(n));
        var tails = new Hypergeometric(5);
        assertThrows(
                IllegalArgumentException.class,
                () -> tails.isTailAtMost(new Draw(marked, drawn + 6), 0, 1, 1));
    }

    /** The ring over all N keeps 2^−40; over the sites with a hello only, it would not (PROTOCOL.md §3.2). */
    @ParameterizedTest
    @CsvSource({
        "200, 20, 35, 18, 200, 40, 44",
        "200, 20, 35, 18, 160, 37, 38",
        "200, 20, 35, 18, 111, 27, 28",
        "1000, 100, 52, 27, 1000, 40, 43",
        "1000, 100, 52, 27, 800, 34, 35",
        "1000, 100, 52, 27, 551, 21, 22"
    })
    void aRingOverFewerSitesLosesItsBound(
            int n, int colluders, int window, int bound, int onRing, int holds, int fails) {
        var tails = new Hypergeometric(onRing);
        var draw = new Draw(colluders, window);
        assertTrue(colluders <= n);
        assertTrue(tails.isTailAtMost(draw, bound, onRing, holds));
        assertFalse(tails.isTailAtMost(draw, bound, onRing, fails));
    }
}
