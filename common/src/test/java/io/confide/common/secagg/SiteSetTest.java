package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Set;

class SiteSetTest {
    @Property
    void readsBackWhatItWrote(
            @ForAll @IntRange(min = 1, max = 200) int n,
            @ForAll Set<@IntRange(min = 0, max = 199) Integer> any) {
        List<Integer> indices = any.stream().filter(index -> index < n).sorted().toList();
        SiteSet set = SiteSet.of(n, indices);
        assertEquals(indices, set.indices());
        assertEquals(indices.size(), set.size());
        assertEquals((n + 7) / 8, set.bytes().length());
        assertEquals(Optional.of(set), SiteSet.parse(n, set.bytes()));
    }

    @Property
    void refusesEverySpareBit(@ForAll @IntRange(min = 1, max = 200) int n) {
        byte[] all = SiteSet.all(n).bytes().toArray();
        for (int bit = n; bit < 8 * all.length; bit++) {
            byte[] spare = all.clone();
            spare[bit / 8] |= (byte) (1 << bit % 8);
            assertTrue(SiteSet.parse(n, Bytes.wrap(spare)).isEmpty());
        }
        assertEquals(Optional.of(SiteSet.all(n)), SiteSet.parse(n, Bytes.wrap(all)));
    }

    @Test
    void refusesBitmapsOfAnotherLength() {
        assertTrue(SiteSet.parse(7, Bytes.EMPTY).isEmpty());
        assertTrue(SiteSet.parse(7, Bytes.ofHex("0100")).isEmpty());
        assertTrue(SiteSet.parse(9, Bytes.ofHex("01")).isEmpty());
        assertTrue(SiteSet.parse(0, Bytes.EMPTY).isEmpty());
    }

    @Test
    void comparesAndSubtracts() {
        SiteSet some = SiteSet.of(7, List.of(0, 2, 6));
        SiteSet more = some.with(3);
        assertTrue(more.containsAll(some));
        assertFalse(some.containsAll(more));
        assertFalse(SiteSet.all(8).containsAll(some));
        assertEquals(List.of(3), more.minus(some).indices());
        assertEquals(List.of(2, 3), more.intersect(SiteSet.of(7, List.of(2, 3, 4))).indices());
        assertTrue(some.contains(6));
        assertFalse(some.contains(-1));
        assertFalse(some.contains(99));
        assertEquals(List.of(0, 2, 6), some.indices());
        assertThrows(IllegalArgumentException.class, () -> some.minus(SiteSet.all(8)));
    }

    @Test
    void refusesIndicesOutsideTheRoster() {
        assertThrows(IllegalArgumentException.class, () -> SiteSet.of(7, List.of(7)));
        assertThrows(IllegalArgumentException.class, () -> SiteSet.of(7, List.of(-1)));
        assertThrows(IllegalArgumentException.class, () -> SiteSet.all(7).with(7));
    }
}
