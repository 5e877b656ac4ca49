package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.coordinator.port.Views.EventView;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;

class RoundStepsTest {
    private static final Instant OPENED = Instant.parse("2026-03-01T10:00:00Z");

    private final RoundSteps steps = new RoundSteps();

    @Test
    void timesCountFromTheOpeningAndTheFirstOfAStepCounts() {
        steps.opened(OPENED);
        pass(40, "progress", Map.of("site", "basel", "stage", "TRAINING"));
        pass(90, "progress", Map.of("site", "basel", "stage", "UPLOADING"));
        pass(95, "uploaded", Map.of("site", "basel"));
        pass(99, "uploaded", Map.of("site", "basel"));
        pass(97, "uploaded", Map.of("site", "oslo"));
        assertEquals(
                Map.of(
                        "basel", Map.of("training", 40L, "uploading", 90L, "uploaded", 95L),
                        "oslo", Map.of("uploaded", 97L)),
                steps.millis());
        assertEquals(4, steps.passed().size(), "each step once");
    }

    @Test
    void aNewRoundKnowsNothingOfTheOneBefore() {
        steps.opened(OPENED);
        pass(40, "uploaded", Map.of("site", "basel"));
        steps.opened(OPENED.plusSeconds(1));
        assertEquals(List.of(), steps.passed());
        assertEquals(Map.of(), steps.millis());
    }

    @Test
    void theTimesOfMoreThan64SitesAreNotKept() {
        steps.opened(OPENED);
        for (int i = 0; i < 64; i++) {
            pass(i, "uploaded", Map.of("site", "site-" + i));
        }
        assertEquals(64, steps.millis().size());
        pass(99, "uploaded", Map.of("site", "one-more"));
        assertEquals(Map.of(), steps.millis());
        assertEquals(65, steps.passed().size(), "but whoever comes now is told");
    }

    @Test
    void aClockThatWentBackGivesZero() {
        steps.opened(OPENED);
        pass(-5, "uploaded", Map.of("site", "basel"));
        assertEquals(Map.of("basel", Map.of("uploaded", 0L)), steps.millis());
    }

    private void pass(long millis, String kind, Map<String, Object> data) {
        steps.passed(new EventView(1, OPENED.plusMillis(millis), kind, data));
    }
}
