package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;

/** {@code confide demo --dp 3}: seven processes, distributed noise, every commit charged. */
class PrivateDemoIT {
    @TempDir Path work;

    @Test
    void tenNoisyRoundsCostAtMostTheEpsilonThatWasAskedFor() throws Exception {
        try (var demo = DemoRun.startPrivate(work, 3)) {
            var result = demo.result(Duration.ofSeconds(300));
            assertEquals(10, result.path("rounds").size());
            var observers =
                    StreamSupport.stream(result.path("epsilon").spliterator(), false).toList();
            assertEquals(4, observers.size());
            for (var row : observers) {
                assertFalse(row.path("observer").asText().isEmpty());
                assertEquals(1e-5, row.path("delta").asDouble());
                assertTrue(row.path("epsilon").asDouble() <= 3, row.toString());
                assertTrue(row.path("tight").asDouble() <= row.path("epsilon").asDouble());
            }
            double certified = observers.getLast().path("epsilon").asDouble();
            assertEquals(7, result.path("ledgers").size());
            for (var ledger : result.path("ledgers")) {
                assertEquals(10, ledger.path("releases").asInt(), ledger.toString());
                assertEquals(certified, ledger.path("spent").asDouble(), 1e-6, ledger.toString());
            }
            double federated = result.path("auc").path("federated").asDouble();
            double least = result.path("synthetic").asBoolean() ? 0.7 : 0.835;
            assertTrue(federated >= least, "federated AUC " + federated);
            assertTrue(result.path("metrics").isEmpty(), "an exact metric left");
            String card = Files.readString(demo.home().resolve("model/card.md"));
            assertTrue(card.contains("ε ≤ 3 at δ"), card);
        }
    }
}
