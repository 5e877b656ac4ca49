package io.confide.bench;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.privacy.noise.ExactDiscreteGaussian;
import io.confide.common.privacy.noise.TableDiscreteGaussian;
import io.confide.common.privacy.noise.Variance;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/** Discrete Gaussian noise: draws per second of one thread, the random words included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NoiseBenchmark {
    private static final int DRAWS = 1 << 16;

    /** σ² for σ of 1, 256, 2048, 65536, and 5 · 2^20, the noise of a sum at the scale of a study. */
    @Param({"1", "65536", "4194304", "4294967296", "27487790694400"})
    private long variance;

    private final long[] noise = new long[DRAWS];
    private final CtrRandom random = CtrRandom.of(Seed.copyOf(new byte[Seed.BYTES]));
    private TableDiscreteGaussian table = TableDiscreteGaussian.of(Variance.of(1), random);
    private ExactDiscreteGaussian exact = ExactDiscreteGaussian.of(Variance.of(1), random);

    @Setup
    public void makeSamplers() {
        table = TableDiscreteGaussian.of(Variance.of(variance), random);
        exact = ExactDiscreteGaussian.of(Variance.of(variance), random);
    }

    @Benchmark
    @OperationsPerInvocation(DRAWS)
    public long[] table() {
        table.fill(noise);
        return noise;
    }

    @Benchmark
    @OperationsPerInvocation(DRAWS)
    public long[] exact() {
        exact.fill(noise);
        return noise;
    }
}
