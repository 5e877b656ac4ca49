package io.confide.bench;

import io.confide.common.crypto.Seed;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.MaskCipher;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Masks;
import io.confide.common.vector.Words;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/** Words: masks, sums and the hash of a vector. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MaskBenchmark {
    private static final int TOGETHER = 10;

    /** 26.7 KB, 2.67 MB and 4 MB. */
    @Param({"3335", "333337", "500004"})
    private int words;

    private final Seed seed = Seed.copyOf(new byte[Seed.BYTES]);
    private final MaskCipher cipher = new MaskCipher();
    private long[] vector = new long[0];
    private long[] other = new long[0];
    private byte[] bytes = new byte[0];

    @Setup
    public void makeVectors() {
        vector = new long[words];
        other = new long[words];
        bytes = Words.toBytes(other);
    }

    @Benchmark
    public long[] expandOneMask() {
        MaskStream.add(seed, vector, 0, words);
        return vector;
    }

    @Benchmark
    public long[] expandTenMasksTogether() {
        var masks = new Masks(cipher);
        for (int mask = 0; mask < TOGETHER; mask++) {
            masks.add(seed);
        }
        masks.applyTo(vector);
        return vector;
    }

    @Benchmark
    public long[] accumulate() {
        Words.addInto(vector, other);
        return vector;
    }

    @Benchmark
    public Object hashVector() {
        return VectorHash.ofBytes(bytes);
    }
}
