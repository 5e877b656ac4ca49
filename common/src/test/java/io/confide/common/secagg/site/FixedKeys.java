package io.confide.common.secagg.site;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Words;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The fixed values of one site in the reference transcript; ML-KEM is stood in for by filler bytes. */
record FixedKeys(int self) implements KeySource {
    @Override
    public AgreementKey agreementKey() {
        return AgreementKey.of(repeated(0xb0 + self, 32));
    }

    @Override
    public KemKey kemKey() {
        return new FixedKem(self);
    }

    @Override
    public Seed dealerSecret() {
        return Seed.copyOf(repeated(0xc0 + self, 32));
    }

    @Override
    public Bytes opening() {
        return Bytes.wrap(repeated(0xd0 + self, 32));
    }

    @Override
    public Bytes bootId() {
        return Bytes.wrap(repeated(self, 16));
    }

    @Override
    public boolean isEncapsulationKey(Bytes key) {
        return key.length() == MlKem768.ENCAPSULATION_KEY_BYTES;
    }

    @Override
    public Optional<MlKem768.Encapsulation> encapsulate(int peer, Bytes key) {
        return Optional.of(
                new MlKem768.Encapsulation(
                        Bytes.wrap(filler("ct" + self + peer, MlKem768.CIPHERTEXT_BYTES)),
                        Seed.copyOf(filler("ss" + self + peer, 32))));
    }

    record FixedKem(int self) implements KemKey {
        @Override
        public Bytes encapsulationKey() {
            return Bytes.wrap(filler("ek" + self, MlKem768.ENCAPSULATION_KEY_BYTES));
        }

        @Override
        public Optional<Seed> decapsulate(int peer, Bytes ciphertext) {
            return Optional.of(Seed.copyOf(filler("ss" + peer + self, 32)));
        }

        @Override
        public void erase() {}
    }

    static byte[] repeated(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** The first bytes of AES-256-CTR(SHA-256(tag), IV 0). */
    static byte[] filler(String tag, int length) {
        byte[] key = Digest.of(tag.getBytes(StandardCharsets.US_ASCII)).value().toArray();
        long[] words = new long[Math.ceilDiv(length, 8)];
        MaskStream.add(Seed.copyOf(key), words, 0, words.length);
        return Arrays.copyOf(Words.toBytes(words), length);
    }
}
