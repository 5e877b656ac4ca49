package io.confide.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.SiteId;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

class PastSumsTest {
    private static final int N = 7;

    private static SortedSet<SiteId> set(String letters) {
        var sites = new TreeSet<SiteId>();
        letters.chars().forEach(letter -> sites.add(new SiteId(Character.toString(letter))));
        return sites;
    }

    private static SortedSet<SiteId> set(int bitmap) {
        var sites = new TreeSet<SiteId>();
        for (int site = 0; site < N; site++) {
            if ((bitmap >> site & 1) == 1) {
                sites.add(new SiteId("s" + site));
            }
        }
        return sites;
    }

    @Test
    void theSameSitesOrManyOthersArePermitted() {
        var past = PastSums.none(2).with(set("abcdefg"));
        assertTrue(past.permit(set("abcdefg")));
        assertFalse(past.permit(set("abcdef")));
        assertTrue(past.permit(set("abcde")));
        assertFalse(past.with(set("abcde")).permit(set("abcdef")));
        assertTrue(past.with(set("abcde")).permit(set("abcdf")));
    }

    @Test
    void whoIsHereIsThinnedOrSummedAsBefore() {
        var past = PastSums.none(2).with(set("abcdefg"));
        assertEquals(Optional.of(set("abcdefg")), past.cohort(set("abcdefg"), 5));
        assertEquals(Optional.of(set("abcde")), past.cohort(set("abcdef"), 5));
        assertEquals(Optional.empty(), past.cohort(set("abcdef"), 6));
        assertEquals(Optional.empty(), past.cohort(set("abcd"), 5));
        var then = past.with(set("bcdef"));
        assertEquals(Optional.of(set("bcdef")), then.cohort(set("abcdef"), 5));
        assertEquals(
                Optional.empty(), PastSums.none(2).with(set("abcdef")).cohort(set("abcde"), 5));
    }

    @Test
    void offMeansThatNothingIsKept() {
        assertEquals(PastSums.none(1), PastSums.none(1).with(set("abc")));
        assertThrows(IllegalArgumentException.class, () -> PastSums.none(0));
    }

    @Property(tries = 500)
    void whateverCohortIsFoundMayFollowAndIsHere(
            @ForAll @Size(max = 30) List<@IntRange(max = 127) Integer> here,
            @ForAll @IntRange(min = 1, max = 4) int least,
            @ForAll @IntRange(min = 1, max = 5) int floor) {
        var past = PastSums.none(least);
        for (int bitmap : here) {
            var there = set(bitmap);
            var found = past.cohort(there, floor);
            assertTrue(
                    !past.permit(there)
                            || there.size() < floor
                            || found.equals(Optional.of(there)));
            if (found.isPresent()) {
                assertTrue(found.get().size() >= floor);
                assertTrue(there.containsAll(found.get()));
                for (var earlier : past.sums()) {
                    var both = new TreeSet<>(earlier);
                    both.retainAll(found.get());
                    int difference = earlier.size() + found.get().size() - 2 * both.size();
                    assertTrue(difference == 0 || difference >= least);
                }
                past = past.with(found.get());
            }
        }
    }
}
