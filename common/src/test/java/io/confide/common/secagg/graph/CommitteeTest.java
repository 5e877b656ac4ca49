package io.confide.common.secagg.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.secagg.graph.Hypergeometric.Draw;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

class CommitteeTest {
    /** PROTOCOL.md §3.6; shares in percent, size and quorum of the table, and the smallest size. */
    @ParameterizedTest
    @CsvSource({
        "10000, 5, 5, 49, 34, 49",
        "10000, 10, 10, 99, 68, 99",
        "10000, 20, 10, 151, 110, 148",
        "10000, 20, 20, 397, 268, 394",
        "10000, 10, 30, 661, 393, 658",
        "1000, 5, 5, 46, 32, 46",
        "1000, 10, 10, 86, 59, 86",
        "1000, 20, 10, 126, 92, 126",
        "1000, 20, 20, 281, 190, 281",
        "1000, 10, 30, 395, 234, 395"
    })
    void findsTheSmallestCommitteeAndTheQuorumsOfTheTable(
            int n, int colluding, int dropping, int size, int quorum, int smallest) {
        int colluders = n * colluding / 100;
        Committee found = Committee.find(n, colluders, n * dropping / 100).orElseThrow();
        assertEquals(smallest, found.size());
        assertTrue(2 * found.quorum() > found.size() + found.corruptBound());
        int bound = new Hypergeometric(n).bound(new Draw(colluders, size), 0, 1, 40);
        assertEquals(quorum, new Committee(size, bound).quorum());
    }

    @ParameterizedTest
    @CsvSource({"1000, 500, 500", "3, 1, 1"})
    void hasNoneWhereTooManyColludeAndDrop(int n, int colluders, int dropouts) {
        assertEquals(Optional.empty(), Committee.find(n, colluders, dropouts));
    }
}
