package io.confide.common.secagg;

import io.confide.common.secagg.SetupLayout.RemovedPair;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What follows from the complaints of a set-up (PROTOCOL.md §3.4, K6): a complaint removes the pair of its two sites, never
 * the accused alone, and a site in more than C removed pairs is excluded.
 *
 * @param pairs in ascending order, each once, those of excluded sites too
 * @param accepted the members that are not excluded
 */
public record Removal(List<RemovedPair> pairs, SiteSet accepted) {
    public Removal {
        pairs = List.copyOf(pairs);
    }

    /** Nothing is removed. */
    public static Removal none(SiteSet members) {
        return new Removal(List.of(), members);
    }

    /** What {@code complaints} among {@code members} remove, where {@code colluders} are assumed. */
    public static Removal of(int colluders, SiteSet members, Collection<ComplaintBody> complaints) {
        var ordered = new TreeMap<Integer, TreeSet<Integer>>();
        var counts = new TreeMap<Integer, Integer>();
        for (ComplaintBody complaint : complaints) {
            int low = Math.min(complaint.accused(), complaint.accuser());
            int high = Math.max(complaint.accused(), complaint.accuser());
            if (ordered.computeIfAbsent(low, _ -> new TreeSet<>()).add(high)) {
                counts.merge(low, 1, Integer::sum);
                counts.merge(high, 1, Integer::sum);
            }
        }
        var pairs = new ArrayList<RemovedPair>();
        ordered.forEach(
                (low, highs) -> highs.forEach(high -> pairs.add(new RemovedPair(low, high))));
        counts.values().removeIf(count -> count <= colluders);
        return new Removal(pairs, members.minus(SiteSet.of(members.rosterSize(), counts.keySet())));
    }

    /** The sites whose pair with {@code site} is removed. */
    public SiteSet apartFrom(int site) {
        var apart = new TreeSet<Integer>();
        for (RemovedPair pair : pairs) {
            if (pair.low() == site) {
                apart.add(pair.high());
            } else if (pair.high() == site) {
                apart.add(pair.low());
            }
        }
        return SiteSet.of(accepted.rosterSize(), apart);
    }
}
