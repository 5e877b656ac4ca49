package io.confide.common.secagg.server;

import io.confide.common.crypto.Seed;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The seeds of the masks that were taken off one sum, for its audit (PROTOCOL.md §3.10). */
final class OpenedSeeds {
    private final SortedMap<Integer, Seed> self = new TreeMap<>();
    private final SortedMap<Integer, SortedMap<Integer, Seed>> pairs = new TreeMap<>();

    /** s_i,r of an included site; a copy is kept, in place of one from an attempt before. */
    void self(int site, Seed s) {
        keep(self, site, s);
    }

    /** p_ij,r of a site that dropped out and an included one; a copy is kept, in place of one from an attempt before. */
    void pair(int dropped, int peer, Seed p) {
        keep(pairs.computeIfAbsent(dropped, _ -> new TreeMap<>()), peer, p);
    }

    private static void keep(SortedMap<Integer, Seed> seeds, int site, Seed seed) {
        Optional.ofNullable(seeds.put(site, seed.copy())).ifPresent(Seed::erase);
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
