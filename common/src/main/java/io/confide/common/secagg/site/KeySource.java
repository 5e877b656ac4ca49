package io.confide.common.secagg.site;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * Everything that a set-up draws. Each hello draws all of it anew (K1). The known-answer test puts the
 * reference's fixed values here; nothing else does.
 */
interface KeySource {
    AgreementKey agreementKey();

    KemKey kemKey();

    /** The 32 bytes β from which all self masks, recovery keys and share polynomials of an epoch come. */
    Seed dealerSecret();

    /** The 32 bytes ρ that the hello commits to. */
    Bytes opening();

    /** 16 bytes that tell one attempt of one process from another. */
    Bytes bootId();

    boolean isEncapsulationKey(Bytes key);

    /** Empty if {@code key} is malformed. */
    Optional<MlKem768.Encapsulation> encapsulate(int peer, Bytes key);

    /** A decapsulation key. */
    interface KemKey {
        Bytes encapsulationKey();

        Optional<Seed> decapsulate(int peer, Bytes ciphertext);

        void erase();
    }

    /** Returns the source that every real site uses. */
    static KeySource of(SecureRandom random) {
        return new Random(random);
    }

    /** X25519 and ML-KEM-768 keys and secrets from one generator. */
    record Random(SecureRandom random) implements KeySource {
        @Override
        public AgreementKey agreementKey() {
            return AgreementKey.generate(random);
        }

        @Override
        public KemKey kemKey() {
            return new RealKemKey(MlKem768.generate(random));
        }

        @Override
        public Seed dealerSecret() {
            return Seed.generate(random);
        }

        @Override
        public Bytes opening() {
            return bytes(32);
        }

        @Override
        public Bytes bootId() {
            return bytes(16);
        }

        @Override
        public boolean isEncapsulationKey(Bytes key) {
            return MlKem768.isEncapsulationKey(key);
        }

        @Override
        public Optional<MlKem768.Encapsulation> encapsulate(int peer, Bytes key) {
            return MlKem768.encapsulate(key, random);
        }

        private Bytes bytes(int length) {
            byte[] drawn = new byte[length];
            random.nextBytes(drawn);
            return Bytes.wrap(drawn);
        }
    }

    /** ML-KEM-768 of the JDK. */
    record RealKemKey(MlKem768.DecapsulationKey key) implements KemKey {
        @Override
        public Bytes encapsulationKey() {
            return key.encapsulationKey();
        }

        @Override
        public Optional<Seed> decapsulate(int peer, Bytes ciphertext) {
            return key.decapsulate(ciphertext);
        }

        @Override
        public void erase() {
            key.erase();
        }
    }
}
