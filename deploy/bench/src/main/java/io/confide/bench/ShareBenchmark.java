package io.confide.bench;

import io.confide.common.crypto.Seed;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.Shamir;

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
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** One secret to N holders and back, and the tree over N hashes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ShareBenchmark {
    @Param({"7", "100", "200"})
    private int sites;

    private final Seed beta = Seed.copyOf(new byte[Seed.BYTES]);
    private final Seed secret = Seed.copyOf(new byte[Seed.BYTES]);
    private List<Integer> holders = List.of();
    private List<byte[]> shares = List.of();
    private List<byte[]> leaves = List.of();
    private Shamir.Weights weights = Shamir.Weights.of(List.of(1));

    @Setup
    public void deal() {
        holders = IntStream.rangeClosed(1, sites).boxed().toList();
        weights = Shamir.Weights.of(holders.subList(0, threshold()));
        shares = split().subList(0, threshold());
        leaves = IntStream.range(0, sites).mapToObj(_ -> new byte[32]).toList();
    }

    private int threshold() {
        return sites / 2 + 1;
    }

    @Benchmark
    public List<byte[]> split() {
        return Shamir.shares(beta, SecretKind.SELF, 1, threshold(), secret, holders);
    }

    @Benchmark
    public Shamir.Weights weigh() {
        return Shamir.Weights.of(holders.subList(0, threshold()));
    }

    @Benchmark
    public Seed combine() {
        return weights.rebuild(shares);
    }

    @Benchmark
    public Object hashTree() {
        return Merkle.root(leaves);
    }
}
