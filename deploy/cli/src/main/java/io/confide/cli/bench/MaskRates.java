package io.confide.cli.bench;

import io.confide.common.crypto.Seed;
import io.confide.common.vector.MaskCipher;
import io.confide.common.vector.Masks;
import io.confide.common.vector.Words;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How fast the product's code masks the vectors of a round: when the process says that it is warm, right before the first
 * round, and after later rounds. Always all vectors of a round, whatever they meet: nothing is left out. In processor time
 * of this thread, from the seeds to the masked vector.
 */
final class MaskRates {
    private static final double ROUND_BYTES_MAX = 1e9;
    private static final double NANOS = 1e9;

    private final SecureRandom random;
    private final MaskCipher cipher = new MaskCipher();
    private final long[] vector;
    private final int masks;
    private final int vectors;
    private final List<Rate> beforeFirst = new ArrayList<>();
    private final List<Rate> later = new ArrayList<>();

    /** Bytes per second for the first vector of a round, and for all of them. */
    private record Rate(double ofFirst, double ofRound) {}

    /**
     * @param words of a vector
     * @param masks on each
     * @param vectors of a round; fewer are masked if that would take long
     */
    MaskRates(SecureRandom random, int words, int masks, int vectors) {
        this.random = random;
        this.vector = new long[words];
        this.masks = masks;
        this.vectors = (int) Math.clamp(ROUND_BYTES_MAX / bytes(), 1, vectors);
        maskOnce(new long[1], 1); // what is loaded and linked to measure is not the product's
    }

    private double bytes() {
        return (double) masks * vector.length * Words.BYTES;
    }

    /** Masks the vectors of a round that has not been. */
    void sampleBeforeFirst() {
        beforeFirst.add(sample());
    }

    /** Masks the vectors of another round, after one that has been. */
    void sampleLater() {
        later.add(sample());
    }

    private Rate sample() {
        long nanos = 0;
        double first = 0;
        for (int input = 0; input < vectors; input++) {
            nanos += maskOnce(vector, masks);
            first = input == 0 ? bytes() / nanos * NANOS : first;
        }
        return new Rate(first, vectors * bytes() / nanos * NANOS);
    }

    private long maskOnce(long[] into, int count) {
        // A participant derives its seeds; drawing them would take longer than a small mask.
        List<Seed> seeds = Stream.generate(() -> Seed.generate(random)).limit(count).toList();
        long begin = Meter.cpuNanos();
        var made = new Masks(cipher);
        for (Seed seed : seeds) {
            made.add(seed);
        }
        made.applyTo(into);
        return Meter.cpuNanos() - begin;
    }

    /** Of the first vector, the worst that was seen before the first round. */
    double firstVector() {
        return beforeFirst.stream().mapToDouble(Rate::ofFirst).min().orElseThrow();
    }

    /** Of all vectors, the worst that was seen before the first round. */
    double cold() {
        return beforeFirst.stream().mapToDouble(Rate::ofRound).min().orElseThrow();
    }

    /** Of all vectors, the median after later rounds. */
    double warm() {
        double[] rates = later.stream().mapToDouble(Rate::ofRound).sorted().toArray();
        return rates[rates.length / 2];
    }
}
