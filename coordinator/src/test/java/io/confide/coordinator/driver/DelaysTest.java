package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.EventView;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

class DelaysTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final Delays delays = new Delays();
    private final Consumer<EventView> job = delays.follow();

    @Test
    void aSiteOfWhichNoRoundHasEndedHasNone() {
        happen(0, "roundOpened", Map.of("cohort", List.of("basel")));
        happen(700, "uploaded", Map.of("site", "basel"));
        assertEquals(Optional.empty(), delays.of("basel"));
    }

    @Test
    void countsFromTheOpeningAndKeepsInWhichStepASiteWasLost() {
        round(1200, 900, Optional.empty());
        round(400, 800, Optional.of("upload"));
        round(600, 1000, Optional.of("reveal"));
        var basel = delays.of("basel").orElseThrow();
        assertEquals(
                List.of(OptionalLong.of(1200), OptionalLong.of(400), OptionalLong.of(600)),
                basel.millis());
        assertEquals(OptionalLong.of(600), basel.usualMillis());
        assertEquals(OptionalLong.of(1200), basel.slowestMillis());
        assertEquals(Map.of(), basel.drops());
        assertEquals(
                new DelaysView(
                        List.of(OptionalLong.of(900), OptionalLong.empty(), OptionalLong.of(1000)),
                        OptionalLong.of(950),
                        OptionalLong.of(1000),
                        Map.of("upload", 1, "reveal", 1)),
                delays.of("lyon").orElseThrow());
    }

    @Test
    void twoJobsAtOnceDoNotMixTheirRounds() {
        var other = delays.follow();
        happen(0, "roundOpened", Map.of());
        other.accept(event(500, "roundOpened", Map.of()));
        other.accept(event(700, "uploaded", Map.of("site", "basel")));
        happen(900, "uploaded", Map.of("site", "basel"));
        happen(1000, "roundDone", Map.of());
        other.accept(event(1000, "roundFailed", Map.of()));
        assertEquals(
                List.of(OptionalLong.of(900), OptionalLong.of(200)),
                delays.of("basel").orElseThrow().millis());
    }

    @Test
    void ofARoundThatWasOpenOverARestartOnlyTheDropsAreKnown() {
        happen(300, "uploaded", Map.of("site", "basel"));
        happen(400, "dropped", Map.of("site", "lyon", "step", "sign"));
        happen(500, "roundDone", Map.of());
        assertEquals(Optional.empty(), delays.of("basel"));
        assertEquals(
                new DelaysView(
                        List.of(OptionalLong.empty()),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        Map.of("sign", 1)),
                delays.of("lyon").orElseThrow());
    }

    @Test
    void forgetsWhatIsOlderThanTheLastRounds() {
        round(9000, 9000, Optional.of("upload"));
        for (int i = 0; i < Delays.ROUNDS_MAX; i++) {
            round(100, 100, Optional.empty());
        }
        var lyon = delays.of("lyon").orElseThrow();
        assertEquals(Delays.ROUNDS_MAX, lyon.millis().size());
        assertEquals(OptionalLong.of(100), lyon.slowestMillis());
        assertEquals(Map.of(), lyon.drops());
    }

    @Test
    void moreSitesThanABoundAreNotKept() {
        for (int i = 0; i <= Delays.SITES_MAX; i++) {
            happen(0, "dropped", Map.of("site", "site-" + i, "step", "upload"));
            happen(1, "roundFailed", Map.of());
        }
        assertEquals(1, delays.of("site-0").orElseThrow().millis().size());
        assertEquals(Optional.empty(), delays.of("site-" + Delays.SITES_MAX));
    }

    /** A round in which lyon may be lost; in step upload before its input was stored. */
    private void round(long basel, long lyon, Optional<String> lost) {
        happen(0, "roundOpened", Map.of("cohort", List.of("basel", "lyon")));
        happen(basel, "uploaded", Map.of("site", "basel"));
        if (!lost.equals(Optional.of("upload"))) {
            happen(lyon, "uploaded", Map.of("site", "lyon"));
        }
        lost.ifPresent(step -> happen(lyon, "dropped", Map.of("site", "lyon", "step", step)));
        happen(10_000, "roundDone", Map.of());
    }

    private void happen(long millis, String kind, Map<String, Object> data) {
        job.accept(event(millis, kind, data));
    }

    private static EventView event(long millis, String kind, Map<String, Object> data) {
        return new EventView(1, START.plusMillis(millis), kind, data);
    }
}
