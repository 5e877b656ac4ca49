package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

class CanariesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 131_070, 131_071, 131_072, 262_142, 262_143})
    void plantsACanaryAtTheEndOfEveryLeaf(int dataWords) throws IntegrityException {
        Codec codec = Codec.of(List.of(new Segment.Counts("n", dataWords)), 7);
        int total = dataWords + Math.ceilDiv(dataWords, 131_071);
        double[] values = new double[dataWords];
        Arrays.setAll(values, at -> at + 2);
        long[] vector = codec.encode(Map.of("n", values), rounding());
        assertEquals(total, codec.words());
        assertEquals(total, vector.length);
        int data = 0;
        for (int word = 0; word < total; word++) {
            boolean last = word % 131_072 == 131_071 || word == total - 1;
            assertEquals(last ? 1 : data + 2, vector[word]);
            data += last ? 0 : 1;
        }
        assertEquals(dataWords, data);
        assertArrayEquals(values, codec.decode(vector, 1).get("n"));
    }

    @Test
    void refusesASumWhoseCanaryIsNotTheNumberOfSites() {
        Codec codec = Codec.of(List.of(new Segment.Counts("n", 262_143)), 7);
        long[] vector = codec.encode(Map.of("n", new double[262_143]), rounding());
        assertThrows(IntegrityException.class, () -> codec.decode(vector, 2));
        for (int canary : new int[] {131_071, 262_143, codec.words() - 1}) {
            long[] spoiled = vector.clone();
            spoiled[canary]++;
            assertThrows(IntegrityException.class, () -> codec.decode(spoiled, 1));
        }
        assertThrows(IntegrityException.class, () -> codec.decode(new long[3], 1));
    }

    private static CtrRandom rounding() {
        return CtrRandom.of(Seed.copyOf(new byte[32]));
    }
}
