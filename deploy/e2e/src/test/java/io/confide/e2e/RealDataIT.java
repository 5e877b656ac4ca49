package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** What the project promises of its first command, on the real seven hospitals. */
class RealDataIT {
    @TempDir Path work;

    @Test
    void theFederatedModelOfTheRealHospitalsIsAsGoodAsThePooledOne() throws Exception {
        try (var demo = DemoRun.startPlain(work)) {
            var result = demo.result(Duration.ofSeconds(600));
            assumeFalse(
                    result.path("synthetic").asBoolean(),
                    "no package source has the real data here");

            double federated = result.path("auc").path("federated").asDouble();
            assertTrue(federated >= 0.835, "federated AUC " + federated);
            assertEquals(result.path("auc").path("pooled").asDouble(), federated, 0.01);
            assertEquals(125, result.path("rounds").size());
        }
    }
}
