package io.confide.common.crypto;

import io.confide.common.model.Bytes;

import org.bouncycastle.math.ec.rfc7748.X25519;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** An X25519 private key (RFC 7748), erasable. */
public final class AgreementKey implements AutoCloseable {
    public static final int BYTES = 32;

    private final Seed scalar;
    private final Bytes publicKey;

    private AgreementKey(Seed scalar) {
        this.scalar = scalar;
        byte[] secret = scalar.reveal();
        byte[] point = new byte[BYTES];
        X25519.generatePublicKey(secret, 0, point, 0);
        Arrays.fill(secret, (byte) 0);
        this.publicKey = Bytes.wrap(point);
    }

    /** A fresh key. */
    public static AgreementKey generate(SecureRandom random) {
        return new AgreementKey(Seed.generate(random));
    }

    /** The key with these 32 bytes, which are copied; they are clamped at use (RFC 7748 §5). */
    public static AgreementKey of(byte[] scalar) {
        return new AgreementKey(Seed.copyOf(scalar));
    }

    /** The 32-byte public key. */
    public Bytes publicKey() {
        return publicKey;
    }

    /**
     * The shared 32 bytes with the owner of {@code peer}; empty if {@code peer} has not 32 bytes or is a point of small
     * order, whose shared value is all zero (K4).
     */
    public Optional<Seed> agree(Bytes peer) {
        if (peer.length() != BYTES) {
            return Optional.empty();
        }
        byte[] secret = scalar.reveal();
        byte[] shared = new byte[BYTES];
        boolean usable = X25519.calculateAgreement(secret, 0, peer.unsafeArray(), 0, shared, 0);
        Arrays.fill(secret, (byte) 0);
        return usable ? Optional.of(Seed.wrap(shared)) : Optional.empty();
    }

    /** Zeroes the scalar; later agreement throws {@link IllegalStateException}. */
    public void erase() {
        scalar.erase();
    }

    @Override
    public void close() {
        erase();
    }

    @Override
    public String toString() {
        return "AgreementKey[" + publicKey.hex() + "]";
    }
}
