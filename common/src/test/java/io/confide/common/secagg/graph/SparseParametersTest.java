package io.confide.common.secagg.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

class SparseParametersTest {
    /** PROTOCOL.md §3.6: every cell of the table; shares in percent. */
    @ParameterizedTest
    @CsvSource({
        "20, 5, 5, 6, 2, 5, 2",
        "20, 10, 10, 10, 3, 8, 3",
        "20, 20, 10, 14, 5, 12, 5",
        "20, 10, 30, 18, 3, 12, 3",
        "20, 33, 10, 18, 7, 16, 7",
        "50, 5, 5, 10, 3, 8, 3",
        "50, 10, 10, 22, 6, 17, 6",
        "50, 20, 10, 32, 11, 27, 11",
        "50, 10, 30, 42, 6, 27, 6",
        "50, 33, 10, 44, 17, 39, 17",
        "100, 5, 5, 22, 6, 17, 6",
        "100, 10, 10, 42, 11, 32, 11",
        "100, 20, 10, 62, 21, 52, 21",
        "100, 10, 30, 74, 11, 44, 11",
        "100, 33, 10, 84, 34, 74, 32",
        "200, 5, 5, 42, 11, 32, 11",
        "200, 10, 10, 70, 21, 50, 19",
        "200, 20, 10, 98, 41, 78, 31",
        "200, 10, 30, 120, 21, 64, 21",
        "200, 33, 10, 136, 67, 116, 48",
        "1000, 5, 5, 66, 23, 46, 18",
        "1000, 10, 10, 104, 39, 69, 28",
        "1000, 20, 10, 150, 70, 107, 46",
        "1000, 10, 30, 204, 55, 100, 39",
        "1000, 33, 10, 226, 127, 173, 77",
        "10000, 5, 5, 76, 28, 52, 21",
        "10000, 10, 10, 120, 47, 78, 32",
        "10000, 20, 10, 178, 85, 125, 54",
        "10000, 10, 30, 252, 72, 120, 48",
        "10000, 33, 10, 284, 162, 213, 96"
    })
    void findsTheGraphsOfTheTable(
            int n, int colluding, int dropping, int k, int tMin, int tMax, int window) {
        SparseParameters found =
                SparseParameters.find(n, n * colluding / 100, n * dropping / 100).orElseThrow();
        assertEquals(new SparseParameters(k, tMin - 1, window - 1, tMax), found);
        assertEquals(tMin, found.thresholdMin());
        assertEquals(window, found.windowMin());
        assertEquals(Math.min(tMax, (k + tMin - 1) / 2 + 1), found.threshold());
        assertTrue(found.threshold() >= found.thresholdMin());
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 50, 100, 200})
    void hasNoGraphWhereTooManyColludeAndDrop(int n) {
        assertEquals(Optional.empty(), SparseParameters.find(n, n * 33 / 100, n * 30 / 100));
    }

    @Test
    void aThousandSitesHaveAGraphEvenThen() {
        assertEquals(552, SparseParameters.find(1000, 330, 300).orElseThrow().k());
    }

    @ParameterizedTest
    @CsvSource({"5, -1, 0", "5, 6, 0", "5, 0, -1", "5, 0, 6"})
    void refusesMoreColludersOrDropoutsThanSites(int n, int colluders, int dropouts) {
        assertThrows(
                IllegalArgumentException.class,
                () -> SparseParameters.find(n, colluders, dropouts));
    }

    /** The bounds hold in whole numbers, and one neighbour pair less would not do. */
    @Property(tries = 60)
    void isTheSmallestGraphThatKeepsItsBounds(
            @ForAll @IntRange(min = 4, max = 120) int n,
            @ForAll @IntRange(max = 30) int colluding,
            @ForAll @IntRange(max = 30) int dropping) {
        int c = n * colluding / 100;
        int d = n * dropping / 100;
        Optional<SparseParameters> found = SparseParameters.find(n, c, d);
        int most = found.map(SparseParameters::k).orElse(n);
        for (int k = 2; k < most; k += 2) {
            assertTrue(
                    k / 2 - exactBound(n, d, k / 2, 31) <= exactBound(n, c, k / 2, 41)
                            || k - exactBound(n, d, k, 31) <= exactBound(n, c, k, 41));
        }
        found.ifPresent(
                graph -> {
                    assertEquals(exactBound(n, c, graph.k(), 41), graph.neighbourBound());
                    assertEquals(exactBound(n, c, graph.k() / 2, 41), graph.windowBound());
                    assertEquals(graph.k() - exactBound(n, d, graph.k(), 31), graph.liveMax());
                });
    }

    private static int exactBound(int n, int marked, int drawn, int bits) {
        var tails = new Hypergeometric(n);
        var draw = new Hypergeometric.Draw(marked, drawn);
        int c = 0;
        while (!tails.isExactTailAtMost(draw, c, n, bits)) {
            c++;
        }
        return c;
    }
}
