package io.confide.common.crypto;

import io.confide.common.model.Bytes;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

import javax.crypto.DecapsulateException;
import javax.crypto.KEM;
import javax.crypto.SecretKey;

/** ML-KEM-768 (FIPS 203) of the JDK with raw encapsulation keys. */
public final class MlKem768 {
    public static final int ENCAPSULATION_KEY_BYTES = 1184;
    public static final int CIPHERTEXT_BYTES = 1088;

    private static final String KEM_NAME = "ML-KEM";
    private static final String KEY_NAME = "ML-KEM-768";
    // SubjectPublicKeyInfo of ML-KEM-768 (OID 2.16.840.1.101.3.4.4.2, RFC 9935) up to the raw key.
    private static final byte[] SPKI_PREFIX =
            HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

    private MlKem768() {}

    /** A shared secret and the 1088 bytes that carry it to the owner of the encapsulation key. */
    public record Encapsulation(Bytes ciphertext, Seed shared) {}

    /** A decapsulation key and its raw encapsulation key. */
    public static final class DecapsulationKey implements AutoCloseable {
        private final Bytes encapsulationKey;
        private Optional<PrivateKey> secret;

        private DecapsulationKey(KeyPair pair) {
            byte[] spki = pair.getPublic().getEncoded();
            this.encapsulationKey =
                    Bytes.wrap(Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length));
            this.secret = Optional.of(pair.getPrivate());
        }

        /** The raw 1184 bytes for peers. */
        public Bytes encapsulationKey() {
            return encapsulationKey;
        }

        /**
         * The shared secret of {@code ciphertext}; empty if it has not 1088 bytes. A ciphertext made for another key
         * gives an unpredictable secret (implicit rejection), never an error.
         */
        public synchronized Optional<Seed> decapsulate(Bytes ciphertext) {
            PrivateKey key =
                    secret.orElseThrow(() -> new IllegalStateException("this key is erased"));
            if (ciphertext.length() != CIPHERTEXT_BYTES) {
                return Optional.empty();
            }
            try {
                var decapsulator = KEM.getInstance(KEM_NAME).newDecapsulator(key);
                return Optional.of(seed(decapsulator.decapsulate(ciphertext.toArray())));
            } catch (DecapsulateException e) {
                return Optional.empty();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("ML-KEM-768 is part of JDK 25", e);
            }
        }

        /** Lets go of the private key; later use throws {@link IllegalStateException}. */
        public synchronized void erase() {
            // The JDK's ML-KEM keys cannot be zeroed; without a reference they live until the next
            // collection.
            secret = Optional.empty();
        }

        @Override
        public void close() {
            erase();
        }

        @Override
        public String toString() {
            return "DecapsulationKey[redacted]";
        }
    }

    /** A fresh key pair drawn from {@code random}. */
    public static DecapsulationKey generate(SecureRandom random) {
        try {
            var generator = KeyPairGenerator.getInstance(KEM_NAME);
            generator.initialize(NamedParameterSpec.ML_KEM_768, random);
            return new DecapsulationKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ML-KEM-768 is part of JDK 25", e);
        }
    }

    /** A fresh secret for the owner of {@code encapsulationKey}; empty if that key is malformed. */
    public static Optional<Encapsulation> encapsulate(Bytes encapsulationKey, SecureRandom random) {
        if (encapsulationKey.length() != ENCAPSULATION_KEY_BYTES) {
            return Optional.empty();
        }
        try {
            var sealed =
                    KEM.getInstance(KEM_NAME)
                            .newEncapsulator(publicKey(encapsulationKey), null, random)
                            .encapsulate();
            return Optional.of(
                    new Encapsulation(Bytes.wrap(sealed.encapsulation()), seed(sealed.key())));
        } catch (InvalidKeyException | InvalidKeySpecException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ML-KEM-768 is part of JDK 25", e);
        }
    }

    /** True if {@code key} has 1184 bytes and every coefficient is reduced modulo 3329 (FIPS 203 §7.2). */
    public static boolean isEncapsulationKey(Bytes key) {
        if (key.length() != ENCAPSULATION_KEY_BYTES) {
            return false;
        }
        byte[] raw = key.unsafeArray();
        for (int at = 0; at < ENCAPSULATION_KEY_BYTES - 32; at += 3) {
            int low = (raw[at] & 0xff) | (raw[at + 1] & 0x0f) << 8;
            int high = (raw[at + 1] & 0xf0) >> 4 | (raw[at + 2] & 0xff) << 4;
            if (low >= 3329 || high >= 3329) {
                return false;
            }
        }
        return true;
    }

    private static PublicKey publicKey(Bytes raw) throws GeneralSecurityException {
        if (!isEncapsulationKey(raw)) {
            throw new InvalidKeyException("a coefficient is not reduced");
        }
        byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + ENCAPSULATION_KEY_BYTES);
        System.arraycopy(raw.unsafeArray(), 0, spki, SPKI_PREFIX.length, ENCAPSULATION_KEY_BYTES);
        return KeyFactory.getInstance(KEY_NAME).generatePublic(new X509EncodedKeySpec(spki));
    }

    private static Seed seed(SecretKey key) {
        return Seed.wrap(key.getEncoded());
    }
}
