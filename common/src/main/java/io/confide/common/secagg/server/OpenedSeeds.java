package io.confide.common.secagg.server;

import io.confide.common.crypto.Seed;

import java.util.SortedMap;
import java.util.TreeMap;

/** The seeds of the masks that were taken off one sum, for its audit (PROTOCOL.md §3.10). */
final class OpenedSeeds {
    private final SortedMap<Integer, Seed> self = new TreeMap<>();
    private final SortedMap<Integer, SortedMap<Integer, Seed>> pairs = new TreeMap<>();

    /** s_i,r of an included site; a copy is kept. */
    void self(int site, Seed s) {
        self.put(site, s.copy());
    }

    /** p_ij,r of a site that dropped out and an included one; a copy is kept. */
    void pair(int dropped, int peer, Seed p) {
        pairs.computeIfAbsent(dropped, _ -> new TreeMap<>()).put(peer, p.copy());
    }

    SortedMap<Integer, Seed> self() {
        return self;
    }

    SortedMap<Integer, SortedMap<Integer, Seed>> pairs() {
        return pairs;
    }

    void erase() {
        self.values().forEach(Seed::erase);
        pairs.values().forEach(seeds -> seeds.values().forEach(Seed::erase));
    }
}
