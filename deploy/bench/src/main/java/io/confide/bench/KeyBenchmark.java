package io.confide.bench;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.Seed;
import io.confide.common.crypto.SigningKey;
import io.confide.common.crypto.VerifyingKey;
import io.confide.common.model.Bytes;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Key agreement and signatures. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyBenchmark {
    private final SecureRandom random = new SecureRandom();
    private final AgreementKey own = AgreementKey.generate(random);
    private final Bytes peer = AgreementKey.generate(random).publicKey();
    private final MlKem768.DecapsulationKey kem = MlKem768.generate(random);
    private final Bytes ciphertext = encapsulated().ciphertext();
    private final SigningKey signer = SigningKey.generate(random);
    private final VerifyingKey verifier = VerifyingKey.of(signer.publicKey()).orElseThrow();
    private final Bytes body = Bytes.copyOf(new byte[148]);
    private final Bytes signature = signer.sign(body);

    private MlKem768.Encapsulation encapsulated() {
        return MlKem768.encapsulate(kem.encapsulationKey(), random).orElseThrow();
    }

    @Benchmark
    public Optional<Seed> x25519Agree() {
        return own.agree(peer);
    }

    @Benchmark
    public MlKem768.Encapsulation mlKemEncapsulate() {
        return encapsulated();
    }

    @Benchmark
    public Optional<Seed> mlKemDecapsulate() {
        return kem.decapsulate(ciphertext);
    }

    @Benchmark
    public Bytes ed25519Sign() {
        return signer.sign(body);
    }

    @Benchmark
    public boolean ed25519Verify() {
        return verifier.verifies(body, signature);
    }
}
