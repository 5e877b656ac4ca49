package io.confide.swarm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The kits that are made so far. Thread-safe. */
final class Kits {
    private final Map<Size, Kit> made = new ConcurrentHashMap<>();

    private record Size(int sites, int rounds, int groups) {}

    Kit of(Scenario scenario) {
        return made.computeIfAbsent(
                new Size(scenario.sites(), scenario.rounds(), scenario.groups()),
                size -> new Kit(size.sites(), size.rounds(), size.groups()));
    }
}
