package io.confide.common.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * A sum of vectors modulo 2^64 per word: an array, or memory outside the heap where it is long. Then it is worked on in pieces
 * that fit the processor's cache, which are copied in and out, so that the loops are the same.
 */
public final class VectorSum implements AutoCloseable {
    /** 64 MiB: the sums of models up to some twenty million parameters are arrays. */
    static final int ARRAY_WORDS_MAX = 8 << 20;

    private static final int PIECE_WORDS = 8 * 1024;

    private final int words;
    private final Optional<long[]> array;
    private final Arena arena;
    private final MemorySegment outside;

    private VectorSum(int words, Optional<long[]> array, Arena arena, MemorySegment outside) {
        this.words = words;
        this.array = array;
        this.arena = arena;
        this.outside = outside;
    }

    /** The sum of no vector, of {@code words} words. */
    public static VectorSum zeros(int words) {
        return words <= ARRAY_WORDS_MAX ? of(new long[words]) : outside(words);
    }

    /** The sum that is in {@code words}, which is worked on itself. */
    public static VectorSum of(long[] words) {
        return new VectorSum(words.length, Optional.of(words), Arena.global(), MemorySegment.NULL);
    }

    static VectorSum outside(int words) {
        var arena = Arena.ofShared();
        return new VectorSum(
                words,
                Optional.empty(),
                arena,
                arena.allocate((long) Words.BYTES * words, Words.BYTES));
    }

    public int words() {
        return words;
    }

    /** The array that is worked on; empty if the sum is outside the heap. */
    public Optional<long[]> array() {
        return array;
    }

    /** All words: the array itself, or a copy of what is outside the heap. */
    public long[] toArray() {
        return array.orElseGet(
                () -> {
                    long[] all = new long[words];
                    read(0, all, words);
                    return all;
                });
    }

    /** Puts words {@code from} to from + {@code count} (exclusive) at the beginning of {@code into}. */
    public void read(int from, long[] into, int count) {
        array.ifPresentOrElse(
                all -> System.arraycopy(all, from, into, 0, count),
                () -> copyIn(from, into, count));
    }

    /**
     * Adds {@code vector}.
     *
     * @throws IllegalArgumentException if it has another length
     */
    public void add(StoredVector vector) {
        if (vector.length() != (long) Words.BYTES * words) {
            throw new IllegalArgumentException(
                    "a vector of %d bytes cannot be added to one of %d words"
                            .formatted(vector.length(), words));
        }
        if (vector instanceof StoredVector.InMemory(var bytes) && array.isPresent()) {
            Words.addInto(array.get(), bytes.unsafeArray());
            return;
        }
        byte[] read = new byte[Words.BYTES * Math.min(words, PIECE_WORDS)];
        eachPiece(
                PIECE_WORDS,
                (into, at, from, count) -> {
                    vector.read((long) Words.BYTES * from, read, Words.BYTES * count);
                    Words.addBytes(read, into, at, at + count);
                });
    }

    /** Puts every mask on it; they are used up. */
    public void put(Masks masks) {
        if (array.isPresent()) {
            masks.applyTo(array.get());
            return;
        }
        try (var running = masks.begin()) {
            eachPiece(
                    Masks.CHUNK_WORDS, (into, at, _, count) -> running.next(into, at, at + count));
        }
    }

    private interface Work {
        /** Changes {@code count} words of {@code into} from {@code at} on, which are those from {@code from} on of the sum. */
        void on(long[] into, int at, int from, int count);
    }

    private void eachPiece(int most, Work work) {
        long[] piece = array.isPresent() ? new long[0] : new long[Math.min(words, most)];
        for (int from = 0; from < words; from += most) {
            int count = Math.min(most, words - from);
            if (array.isPresent()) {
                work.on(array.get(), from, from, count);
            } else {
                copyIn(from, piece, count);
                work.on(piece, 0, from, count);
                MemorySegment.copy(piece, 0, outside, ValueLayout.JAVA_LONG, offset(from), count);
            }
        }
    }

    private void copyIn(int from, long[] into, int count) {
        MemorySegment.copy(outside, ValueLayout.JAVA_LONG, offset(from), into, 0, count);
    }

    private static long offset(int word) {
        return (long) Words.BYTES * word;
    }

    /** Gives memory outside the heap back; nothing can be read any more then. An array stays what it is. */
    @Override
    public void close() {
        if (array.isEmpty()) {
            arena.close();
        }
    }
}
