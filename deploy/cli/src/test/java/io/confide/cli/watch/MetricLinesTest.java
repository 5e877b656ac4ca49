package io.confide.cli.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.cli.JsonText;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class MetricLinesTest {
    @Test
    void countsHaveNoDecimalsAndEveryNumberSaysWhatItIs() {
        var metrics =
                JsonText.parse(
                        "{\"auc\": 0.83712, \"aucErrorBound\": 0.0021, \"logLoss\": 0.38,"
                                + " \"accuracy\": 0.9, \"ece\": 0.02, \"mce\": 0.1,"
                                + " \"rows\": 685.0, \"positives\": 120.0, \"novel\": 3}",
                        "test");

        assertEquals(
                List.of(
                        "  AUC         0.837 (± 0.002 from the sums' histograms)",
                        "  log loss    0.380",
                        "  accuracy    0.900",
                        "  calibration off by 0.020 on average, by 0.100 at most",
                        "  rows        685, 120 positive",
                        "  novel       3"),
                MetricLines.of(metrics));
    }

    @Test
    void aBoundWithoutItsNumberIsNotShown() {
        assertEquals("rows 5", MetricLines.oneLine(Map.of("rows", 5.0, "aucErrorBound", 0.1)));
    }

    @Test
    void hashesAreCutToEightDigits() {
        assertEquals(
                "plan 0123abcd (1 of 3)",
                JobPicture.shortHashes("plan 0123abcd" + "0".repeat(56) + " (1 of 3)"));
    }
}
