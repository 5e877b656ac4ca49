package io.confide.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

class CostLinesTest {
    @Test
    void whatIsPlannedStandsBesideWhatWas() throws IOException {
        var cost =
                new ObjectMapper()
                        .readTree(
                                """
                                {"planned": {"rounds": 8, "roundUpBytes": 700, "roundDownBytes": 1536,
                                  "upBytes": 5632, "downBytes": 3145728},
                                 "soFar": {"rounds": 3, "givenUp": 1, "medianSeconds": 0.041,
                                  "inputBytes": 2048}}
                                """);
        assertEquals(
                List.of(
                        "  planned     8 rounds; a site sends about 5.5 KiB and receives about 3.0"
                                + " MiB",
                        "              about 700 B up and 1.5 KiB down per site and training round",
                        "  so far      3 rounds and 1 given up, median 41 ms; 2.0 KiB of masked"
                                + " inputs in the sums, all sites"),
                CostLines.of(cost));
        assertEquals(List.of(), CostLines.of(MissingNode.getInstance()));
    }
}
