package io.confide.coordinator.driver;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.RunningView;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How far the newest round of one job is, from its events: what an alert is made of. Of a round that was open over a restart
 * nothing is known. Thread-safe.
 */
final class Underway implements Consumer<EventView> {
    private final JobId job;
    private final long roundsMax;
    private final Set<String> stored = new HashSet<>();
    private final Set<String> lost = new HashSet<>();
    private Optional<EventView> opened = Optional.empty();
    private OptionalLong newest = OptionalLong.empty();

    /** @param roundsMax rounds that may be opened at all; the largest number if there is no bound */
    Underway(JobId job, long roundsMax) {
        this.job = job;
        this.roundsMax = roundsMax;
    }

    @Override
    public synchronized void accept(EventView event) {
        switch (event.kind()) {
            case "roundOpened" -> {
                forget();
                opened = Optional.of(event);
                newest = OptionalLong.of(number(event.data(), "round"));
            }
            case "uploaded" -> stored.add(site(event));
            case "dropped" -> lost.add(site(event));
            case "roundDone", "roundFailed", "ended" -> forget();
            default -> {}
        }
    }

    synchronized RunningView view() {
        return new RunningView(job.toString(), left(), opened.map(this::round));
    }

    private OptionalLong left() {
        return roundsMax == Long.MAX_VALUE || newest.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, roundsMax - newest.getAsLong()));
    }

    private OpenRoundView round(EventView event) {
        Instant at = event.time();
        return new OpenRoundView(
                number(event.data(), "round"),
                at,
                at.plusSeconds(number(event.data(), "deadlineSeconds")),
                cohort(event.data()),
                Set.copyOf(stored),
                Set.copyOf(lost));
    }

    private void forget() {
        opened = Optional.empty();
        stored.clear();
        lost.clear();
    }

    private static List<String> cohort(Map<String, Object> data) {
        return data.get("cohort") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static long number(Map<String, Object> data, String key) {
        return data.get(key) instanceof Number number ? number.longValue() : 0;
    }

    private static String site(EventView event) {
        return String.valueOf(event.data().get("site"));
    }
}
