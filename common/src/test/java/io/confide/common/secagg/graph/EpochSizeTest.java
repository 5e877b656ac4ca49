package io.confide.common.secagg.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochSizeTest {
    /** Rule B of PROTOCOL.md §3.2. */
    @ParameterizedTest
    @CsvSource({
        "3, 2, 4096",
        "7, 6, 4096",
        "20, 19, 4096",
        "50, 49, 1711",
        "100, 99, 423",
        "200, 199, 105",
        "1000, 104, 40",
        "10000, 120, 16"
    })
    void isBoundByTheMemoryOfSitesAndCoordinator(int n, int neighbours, int rounds) {
        assertEquals(rounds, EpochSize.roundsMax(n, neighbours));
    }
}
