package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.EventView;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * How long each site took from the opening of a round to its stored input, and in which step it dropped, over its last
 * rounds in any job. In memory: it fills again as rounds end. How long a site trains tells something of its number of
 * rows, of which no more than a size class is promised to be seen, and everybody with a role may read this: times leave
 * here only as powers of two, never one by one. Thread-safe.
 */
final class Delays {
    static final int ROUNDS_MAX = 32;

    /** The lowest class, in milliseconds: below it times tell of machines and scheduling. */
    static final long LOWEST_CLASS = 64;

    /** More are not kept: about 8 MB. */
    static final int SITES_MAX = 10_000;

    private final Map<String, Deque<Part>> bySite = new HashMap<>();

    /**
     * @param millis from the opening to the stored input
     * @param dropped the step in which the site was lost
     */
    private record Part(OptionalLong millis, Optional<String> dropped) {}

    /** What listens to one job, whose rounds follow one another. */
    Consumer<EventView> follow() {
        return new Course()::happened;
    }

    /** Empty before the first round of {@code site} has ended. */
    synchronized Optional<DelaysView> of(String site) {
        var parts = bySite.get(site);
        if (parts == null) {
            return Optional.empty();
        }
        long[] sorted =
                parts.stream().flatMapToLong(part -> part.millis().stream()).sorted().toArray();
        var drops = new TreeMap<String, Integer>();
        parts.forEach(part -> part.dropped().ifPresent(step -> drops.merge(step, 1, Integer::sum)));
        return Optional.of(
                new DelaysView(
                        parts.size(),
                        sorted.length == 0
                                ? OptionalLong.empty()
                                : OptionalLong.of(under(sorted[(sorted.length - 1) / 2])),
                        sorted.length == 0
                                ? OptionalLong.empty()
                                : OptionalLong.of(under(sorted[sorted.length - 1])),
                        drops));
    }

    /** Of all sites of which a round has ended. */
    synchronized SortedMap<SiteId, DelaysView> all() {
        var all = new TreeMap<SiteId, DelaysView>();
        bySite.keySet()
                .forEach(site -> of(site).ifPresent(view -> all.put(new SiteId(site), view)));
        return all;
    }

    /** The least power of two above {@code millis}, at least the lowest class. */
    static long under(long millis) {
        return Math.max(LOWEST_CLASS, Long.highestOneBit(millis) << 1);
    }

    private synchronized void add(String site, Part part) {
        if (bySite.size() >= SITES_MAX && !bySite.containsKey(site)) {
            return;
        }
        var parts = bySite.computeIfAbsent(site, _ -> new ArrayDeque<>());
        if (parts.size() == ROUNDS_MAX) {
            parts.removeFirst();
        }
        parts.addLast(part);
    }

    /** The newest round of one job. Of a round that was open over a restart only the drops are known. */
    private final class Course {
        private Optional<Instant> opened = Optional.empty();
        private final Map<String, Long> uploaded = new HashMap<>();
        private final Map<String, String> dropped = new HashMap<>();

        synchronized void happened(EventView event) {
            switch (event.kind()) {
                case "roundOpened" -> open(event);
                case "uploaded" ->
                        opened.ifPresent(
                                at ->
                                        uploaded.putIfAbsent(
                                                site(event),
                                                Math.max(
                                                        0,
                                                        Duration.between(at, event.time())
                                                                .toMillis())));
                case "dropped" ->
                        dropped.putIfAbsent(site(event), String.valueOf(event.data().get("step")));
                case "roundDone", "roundFailed" -> end();
                default -> {}
            }
        }

        private void open(EventView event) {
            forget();
            opened = Optional.of(event.time());
        }

        private void end() {
            // Who did neither was in a round that ended before it could do anything.
            var sites = new HashSet<>(uploaded.keySet());
            sites.addAll(dropped.keySet());
            for (var site : sites) {
                add(
                        site,
                        new Part(
                                Optional.ofNullable(uploaded.get(site))
                                        .map(OptionalLong::of)
                                        .orElseGet(OptionalLong::empty),
                                Optional.ofNullable(dropped.get(site))));
            }
            forget();
        }

        private void forget() {
            opened = Optional.empty();
            uploaded.clear();
            dropped.clear();
        }

        private static String site(EventView event) {
            return String.valueOf(event.data().get("site"));
        }
    }
}
