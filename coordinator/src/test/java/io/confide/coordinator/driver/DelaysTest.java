package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                new DelaysView(3, OptionalLong.of(1024), OptionalLong.of(2048), Map.of()), basel);
        assertEquals(
                new DelaysView(
                        3,
                        OptionalLong.of(1024),
                        OptionalLong.of(1024),
                        Map.of("upload", 1, "reveal", 1)),
                delays.of("lyon").orElseThrow());
    }

    /** Whoever reads this learns no more of a time than between which powers of two it lies. */
    @Test
    void timesOfOneClassCannotBeToldApart() {
        for (long millis : new long[] {0, 1, 17, 63}) {
            assertEquals(64, Delays.under(millis));
        }
        for (long millis = 64; millis < 1 << 20; millis = millis * 5 / 4) {
            long under = Delays.under(millis);
            assertEquals(1, Long.bitCount(under));
            assertTrue(under / 2 <= millis && millis < under, millis + " under " + under);
        }
        round(260, 510, Optional.empty());
        round(300, 400, Optional.empty());
        assertEquals(delays.of("basel"), delays.of("lyon"));
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
                new DelaysView(2, OptionalLong.of(256), OptionalLong.of(1024), Map.of()),
                delays.of("basel").orElseThrow());
    }

    @Test
    void ofARoundThatWasOpenOverARestartOnlyTheDropsAreKnown() {
        happen(300, "uploaded", Map.of("site", "basel"));
        happen(400, "dropped", Map.of("site", "lyon", "step", "sign"));
        happen(500, "roundDone", Map.of());
        assertEquals(Optional.empty(), delays.of("basel"));
        assertEquals(
                new DelaysView(1, OptionalLong.empty(), OptionalLong.empty(), Map.of("sign", 1)),
                delays.of("lyon").orElseThrow());
    }

    @Test
    void forgetsWhatIsOlderThanTheLastRounds() {
        round(9000, 9000, Optional.of("upload"));
        for (int i = 0; i < Delays.ROUNDS_MAX; i++) {
            round(100, 100, Optional.empty());
        }
        var lyon = delays.of("lyon").orElseThrow();
        assertEquals(
                new DelaysView(
                        Delays.ROUNDS_MAX, OptionalLong.of(128), OptionalLong.of(128), Map.of()),
                lyon);
    }

    @Test
    void moreSitesThanABoundAreNotKept() {
        for (int i = 0; i <= Delays.SITES_MAX; i++) {
            happen(0, "dropped", Map.of("site", "site-" + i, "step", "upload"));
            happen(1, "roundFailed", Map.of());
        }
        assertEquals(1, delays.of("site-0").orElseThrow().rounds());
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
