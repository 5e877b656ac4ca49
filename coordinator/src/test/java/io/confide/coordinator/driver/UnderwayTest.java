package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.RunningView;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

class UnderwayTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final JobId JOB = new JobId(new UUID(0, 7));

    private final Underway underway = new Underway(JOB, 10);

    @Test
    void theOpenRoundTellsWhoIsMissingUntilItEnds() {
        open(4);
        happen("uploaded", Map.of("site", "basel"));
        happen("dropped", Map.of("site", "lyon", "step", "upload"));
        var open =
                new OpenRoundView(
                        4,
                        START,
                        START.plusSeconds(30),
                        List.of("basel", "lyon", "turin"),
                        Set.of("basel"),
                        Set.of("lyon"));
        assertEquals(view(OptionalLong.of(6), Optional.of(open)), underway.view());
        happen("roundFailed", Map.of("round", 4));
        assertEquals(view(OptionalLong.of(6), Optional.empty()), underway.view());
        open(5);
        assertEquals(Set.of(), underway.view().open().orElseThrow().stored());
        assertEquals(OptionalLong.of(5), underway.view().roundsLeft());
    }

    @Test
    void ofARoundThatWasOpenOverARestartNothingIsKnown() {
        happen("uploaded", Map.of("site", "basel"));
        assertEquals(view(OptionalLong.empty(), Optional.empty()), underway.view());
        open(5);
        assertEquals(Set.of(), underway.view().open().orElseThrow().stored());
    }

    @Test
    void aJobThatIsOverHasNoOpenRoundAndOneWithoutABoundAnyNumberLeft() {
        open(1);
        happen("ended", Map.of("state", "CANCELLED"));
        assertEquals(Optional.empty(), underway.view().open());
        var unbounded = new Underway(JOB, Long.MAX_VALUE);
        unbounded.accept(new EventView(1, START, "roundOpened", Map.of("round", 1L)));
        assertEquals(OptionalLong.empty(), unbounded.view().roundsLeft());
    }

    private void open(long round) {
        var cohort = List.of("basel", "lyon", "turin");
        happen("roundOpened", Map.of("round", round, "cohort", cohort, "deadlineSeconds", 30));
    }

    private void happen(String kind, Map<String, Object> data) {
        underway.accept(new EventView(1, START, kind, data));
    }

    private static RunningView view(OptionalLong left, Optional<OpenRoundView> open) {
        return new RunningView(JOB.toString(), left, open);
    }
}
