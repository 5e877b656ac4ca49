package io.confide.bench;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.IntegrityException;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.Segment;

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

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Values to words and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    private static final int ROSTER = 10;

    @Param({"10000", "1000000"})
    private int dimension;

    private final Seed seed = Seed.copyOf(new byte[Seed.BYTES]);
    private Codec codec = codec(1);
    private Map<String, double[]> payload = Map.of();
    private long[] encoded = new long[0];

    @Setup
    public void makePayload() {
        codec = codec(dimension);
        double[] values = new double[dimension];
        var source = new SplittableRandom(1);
        for (int at = 0; at < dimension; at++) {
            values[at] = source.nextDouble() * 2 - 1;
        }
        payload = Map.of(Payloads.UPDATE, values);
        encoded = encode();
    }

    private static Codec codec(int dimension) {
        return Codec.of(List.of(new Segment.Reals(Payloads.UPDATE, dimension, 1, 16)), ROSTER);
    }

    @Benchmark
    public long[] encode() {
        return codec.encode(payload, CtrRandom.of(seed));
    }

    @Benchmark
    public Map<String, double[]> decode() throws IntegrityException {
        return codec.decode(encoded, 1);
    }
}
