package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class FoldsTest {
    private static Digest key(int patient) {
        return Digest.of(ByteBuffer.allocate(4).putInt(patient).array());
    }

    @Property
    void everyClassIsSpreadEvenly(
            @ForAll @Size(max = 60) List<Boolean> positives,
            @ForAll @IntRange(min = 2, max = 10) int k,
            @ForAll long seed) {
        var keys = new ArrayList<Digest>();
        var labels = new float[positives.size()];
        for (int row = 0; row < labels.length; row++) {
            keys.add(key(row));
            labels[row] = positives.get(row) ? 1 : 0;
        }
        int[] folds = Folds.assign(seed, k, keys, labels);
        for (float label : new float[] {0, 1}) {
            var sizes = new int[k];
            for (int row = 0; row < labels.length; row++) {
                sizes[folds[row]] += labels[row] == label ? 1 : 0;
            }
            int most = java.util.Arrays.stream(sizes).max().orElse(0);
            int least = java.util.Arrays.stream(sizes).min().orElse(0);
            assertTrue(most - least <= 1);
        }
    }

    @Property
    void theOrderOfTheRowsDoesNotMatter(
            @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 25) Integer> patients,
            @ForAll long seed,
            @ForAll Random random) {
        Map<Integer, Integer> first = foldOfPatient(patients, seed);
        var shuffled = new ArrayList<>(patients);
        Collections.shuffle(shuffled, random);
        assertEquals(first, foldOfPatient(shuffled, seed));
    }

    /** The fold of each patient, asserting that all of its rows share it. Labels follow from the patient's parity. */
    private static Map<Integer, Integer> foldOfPatient(List<Integer> patients, long seed) {
        var labels = new float[patients.size()];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = patients.get(row) % 2;
        }
        List<Digest> keys = patients.stream().map(FoldsTest::key).toList();
        int[] folds = Folds.assign(seed, 5, keys, labels);
        var byPatient = new HashMap<Integer, Integer>();
        for (int row = 0; row < labels.length; row++) {
            Integer other = byPatient.put(patients.get(row), folds[row]);
            assertTrue(other == null || other == folds[row]);
        }
        return byPatient;
    }

    @Test
    void onePatientIsNeverInTwoFoldsEvenWithBothLabels() {
        var keys = List.of(key(1), key(2), key(1), key(3), key(1));
        int[] folds = Folds.assign(3, 2, keys, new float[] {0, 0, 1, 1, 0});
        assertEquals(folds[0], folds[2]);
        assertEquals(folds[0], folds[4]);
    }

    /** The rule of the protocol: SHA-256(seed as u64 big-endian, key), rank within the class modulo k. */
    @Test
    void theFoldIsTheRankWithinTheClass() {
        int rows = 30;
        var keys = new ArrayList<Digest>();
        var labels = new float[rows];
        for (int row = 0; row < rows; row++) {
            keys.add(key(row));
            labels[row] = row % 3 == 0 ? 1 : 0;
        }
        int[] folds = Folds.assign(-1, 4, keys, labels);
        byte[] seed = {-1, -1, -1, -1, -1, -1, -1, -1};
        for (int row = 0; row < rows; row++) {
            Digest own = Digest.of(seed, keys.get(row).value().toArray());
            int rank = 0;
            for (int other = 0; other < rows; other++) {
                Digest theirs = Digest.of(seed, keys.get(other).value().toArray());
                rank += labels[other] == labels[row] && theirs.compareTo(own) < 0 ? 1 : 0;
            }
            assertEquals(rank % 4, folds[row]);
        }
    }

    @Test
    void anotherSeedIsAnotherAssignment() {
        List<Digest> keys =
                java.util.stream.IntStream.range(0, 100).mapToObj(FoldsTest::key).toList();
        int[] a = Folds.assign(1, 5, keys, new float[100]);
        int[] b = Folds.assign(2, 5, keys, new float[100]);
        assertTrue(!java.util.Arrays.equals(a, b));
    }

    @Test
    void refusesOneFoldAndMissingLabels() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Folds.assign(1, 1, List.of(key(1)), new float[1]));
        assertThrows(
                IllegalArgumentException.class,
                () -> Folds.assign(1, 2, List.of(key(1)), new float[2]));
    }
}
