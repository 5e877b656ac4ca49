package io.confide.common.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void writesTheLowestByteFirst() {
        byte[] expected = {8, 7, 6, 5, 4, 3, 2, 1, -1, -1, -1, -1, -1, -1, -1, -1};
        assertArrayEquals(expected, Words.toBytes(new long[] {0x0102030405060708L, -1}));
    }

    @Property
    void readsBackWhatItWrote(@ForAll long[] words) {
        assertArrayEquals(words, Words.fromBytes(Words.toBytes(words)));
    }

    @Test
    void addsModulo2To64() {
        long[] sum = {Long.MAX_VALUE, -1, 5};
        Words.addInto(sum, new long[] {1, 1, -6});
        assertArrayEquals(new long[] {Long.MIN_VALUE, 0, -1}, sum);
    }

    @Test
    void refusesOtherLengths() {
        assertThrows(IllegalArgumentException.class, () -> Words.fromBytes(new byte[9]));
        assertThrows(IllegalArgumentException.class, () -> Words.addInto(new long[2], new long[1]));
    }
}
