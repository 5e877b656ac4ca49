package io.confide.common.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.crypto.Seed;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.crypto.Cipher;

class MasksTest {
    private static final MaskCipher CIPHER = new MaskCipher();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 2047, 2048, 2049, 32_768, 32_769, 100_001})
    void makesTheSameWordsAsOneMaskAfterTheOther(int words) {
        long[] together = new long[words];
        long[] apart = new long[words];
        var masks = new Masks(CIPHER);

        for (int seed = 0; seed < 5; seed++) {
            Seed each = seed(seed);
            if (seed % 2 == 0) {
                MaskStream.add(each, apart, 0, words);
                masks.add(each);
            } else {
                MaskStream.subtract(each, apart, 0, words);
                masks.subtract(each);
            }
            each.erase();
        }
        masks.applyTo(together);

        assertArrayEquals(apart, together);
    }

    /** What the cipher would make next is what no seed makes: key and begun block are another one's. */
    @Test
    void noSeedStaysInTheCipher() throws Exception {
        var cipher = new MaskCipher();
        var masks = new Masks(cipher);
        masks.add(seed(7));
        masks.applyTo(new long[3]);

        assertForgotten(cipher);
    }

    /** As where another one of the masks was erased too early. */
    @Test
    void noSeedStaysInACipherThatStopsHalfway() throws Exception {
        var cipher = new MaskCipher();
        Seed erased = seed(8);
        erased.erase();
        assertThrows(
                IllegalStateException.class,
                () -> cipher.apply(List.of(seed(7), erased), List.of(), new long[3]));
        assertForgotten(cipher);
    }

    private static void assertForgotten(MaskCipher cipher) throws Exception {
        var field = MaskCipher.class.getDeclaredField("stream");
        field.setAccessible(true);
        byte[] next = ((Cipher) field.get(cipher)).update(new byte[Words.BYTES - 1]);
        long[] none = new long[1];
        MaskStream.add(Seed.copyOf(new byte[Seed.BYTES]), none, 0, 1);
        assertArrayEquals(Arrays.copyOfRange(Words.toBytes(none), 1, Words.BYTES), next);
    }

    /** Pieces of any length, also such that a block of the cipher belongs to two of them. */
    @Test
    void aVectorMayComePieceByPiece() {
        long[] whole = new long[50_000];
        long[] pieces = new long[50_000];
        three().applyTo(whole);
        try (var running = three().begin()) {
            int from = 0;
            for (int length = 1; from < pieces.length; length = 2 * length + 1) {
                int to = Math.min(pieces.length, from + length);
                running.next(pieces, from, to);
                from = to;
            }
        }
        assertArrayEquals(whole, pieces);
    }

    /** Words go to their own places in the stream, so y is the same whatever the pieces, their order and the threads. */
    @Property(tries = 40)
    void theSameVectorWhateverThePiecesTheirOrderAndTheThreads(
            @ForAll @IntRange(min = 1, max = 40_000) int words,
            @ForAll @IntRange(min = 1, max = 8) int threads,
            @ForAll Random random)
            throws Exception {
        long[] whole = new long[words];
        three().applyTo(whole);

        var cuts = new TreeSet<>(List.of(0, words));
        random.ints(9, 0, words + 1).forEach(cuts::add);
        var pieces = new ArrayList<>(cuts.headSet(words));
        Collections.shuffle(pieces, random);
        long[] apart = new long[words];
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var done = new ArrayList<Future<?>>();
            for (int from : pieces) {
                int to = cuts.higher(from);
                done.add(
                        pool.submit(
                                () -> {
                                    MaskStream.subtract(seed(3), apart, from, to);
                                    MaskStream.add(seed(2), apart, from, to);
                                    MaskStream.add(seed(1), apart, from, to);
                                }));
            }
            for (var each : done) {
                each.get();
            }
        }
        assertArrayEquals(whole, apart);
    }

    /** Two rounds of one epoch may overlap. */
    @Test
    void severalThreadsMayShareACipher() throws Exception {
        long[] alone = new long[3335];
        three().applyTo(alone);
        try (var pool = Executors.newFixedThreadPool(4)) {
            var made = new ArrayList<Future<long[]>>();
            for (int time = 0; time < 200; time++) {
                made.add(
                        pool.submit(
                                () -> {
                                    long[] vector = new long[alone.length];
                                    three().applyTo(vector);
                                    return vector;
                                }));
            }
            for (var each : made) {
                assertArrayEquals(alone, each.get());
            }
        }
    }

    private static Masks three() {
        var masks = new Masks(CIPHER);
        masks.add(seed(1));
        masks.add(seed(2));
        masks.subtract(seed(3));
        return masks;
    }

    private static Seed seed(int fill) {
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = (byte) fill;
        return Seed.copyOf(bytes);
    }
}
