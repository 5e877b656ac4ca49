package io.confide.participant.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;

class UploadIndexTest {
    /** Few different hashes, at the ends of their range and close together: nearly all of them share their slots. */
    @Property
    void findsWhatAMapOfListsFinds(
            @ForAll @Size(max = 400) List<@IntRange(min = -12, max = 12) Integer> hashes) {
        var index = new UploadIndex();
        var model = new HashMap<Integer, List<Long>>();
        long place = 8;
        for (int hash : hashes) {
            index.add(hash, place);
            model.computeIfAbsent(hash, _ -> new ArrayList<>()).add(place);
            place += 100;
        }
        for (int hash = -14; hash <= 14; hash++) {
            assertEquals(model.getOrDefault(hash, List.of()), index.find(hash).boxed().toList());
        }
        assertEquals(hashes.size(), index.size());
    }

    @Test
    void anUploadTakesAtMost24BytesOnceThereAreMany() {
        var index = new UploadIndex();
        var random = new SplittableRandom(3);
        int[] hashes = random.ints(200_000).toArray();
        for (int i = 0; i < hashes.length; i++) {
            index.add(hashes[i], i + 1L);
            assertTrue(i < 64 || index.bytes() <= 24L * (i + 1) + UploadIndex.SLOT_BYTES * 2L);
        }
        for (int i = 0; i < hashes.length; i++) {
            long place = i + 1L;
            assertTrue(index.find(hashes[i]).anyMatch(found -> found == place));
        }
    }

    @Test
    void aPlaceBeforeTheFirstRecordIsNoPlace() {
        assertThrows(IllegalArgumentException.class, () -> new UploadIndex().add(1, 0));
    }
}
