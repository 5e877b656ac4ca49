package io.confide.coordinator.round;

import io.confide.common.model.SiteId;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The sums of one job that sites were asked to open, and what follows from them: two sums are over the same sites or differ in
 * at least {@code leastApart} (PROTOCOL.md K17). The sites see to it themselves; this keeps a round from being opened in vain.
 *
 * @param leastApart m_diff; 1 permits every sum, and none is kept
 * @param sums the sites of each, in the order in which they were fixed
 */
public record PastSums(int leastApart, Set<SortedSet<SiteId>> sums) {
    public PastSums {
        if (leastApart < 1) {
            throw new IllegalArgumentException("two different sums differ in a site");
        }
        sums = Collections.unmodifiableSet(new LinkedHashSet<>(sums));
    }

    /** Before the first sum. */
    public static PastSums none(int leastApart) {
        return new PastSums(leastApart, Set.of());
    }

    /** With one more sum. */
    public PastSums with(SortedSet<SiteId> included) {
        if (leastApart == 1) {
            return this;
        }
        var more = new LinkedHashSet<>(sums);
        more.add(Sets.copyOf(included));
        return new PastSums(leastApart, more);
    }

    /** Whether sites help to open a sum over {@code included}. */
    public boolean permit(Set<SiteId> included) {
        return sums.stream().noneMatch(earlier -> isNear(included, earlier));
    }

    /**
     * Returns as many of {@code there} as are found, at least {@code floor}, over which a sum may be opened: all of them, those
     * of an earlier sum, or all but a few of an earlier one. Empty if none is found: then somebody must come back.
     */
    public Optional<SortedSet<SiteId>> cohort(SortedSet<SiteId> there, int floor) {
        if (there.size() < floor) {
            return Optional.empty();
        }
        if (permit(there)) {
            return Optional.of(Sets.copyOf(there));
        }
        Stream<SortedSet<SiteId>> again =
                sums.stream().filter(sum -> sum.size() >= floor && there.containsAll(sum));
        return Stream.concat(again, thinned(there, floor).stream())
                .filter(this::permit)
                .max(Comparator.comparingInt(Set::size));
    }

    /** Leaves out one site after the other that the nearest earlier sum has too. */
    private Optional<SortedSet<SiteId>> thinned(SortedSet<SiteId> there, int floor) {
        var rest = new TreeSet<>(there);
        while (rest.size() > floor) {
            var shared = new TreeSet<>(rest);
            nearest(rest).ifPresent(shared::retainAll);
            if (shared.isEmpty()) {
                return Optional.empty();
            }
            rest.remove(shared.last());
            if (permit(rest)) {
                return Optional.of(Collections.unmodifiableSortedSet(rest));
            }
        }
        return Optional.empty();
    }

    private Optional<SortedSet<SiteId>> nearest(Set<SiteId> included) {
        return sums.stream()
                .filter(earlier -> isNear(included, earlier))
                .min(Comparator.comparingInt(earlier -> difference(included, earlier)));
    }

    private boolean isNear(Set<SiteId> included, Set<SiteId> earlier) {
        int difference = difference(included, earlier);
        return difference > 0 && difference < leastApart;
    }

    private static int difference(Set<SiteId> one, Set<SiteId> other) {
        int common = Math.toIntExact(one.stream().filter(other::contains).count());
        return one.size() + other.size() - 2 * common;
    }
}
